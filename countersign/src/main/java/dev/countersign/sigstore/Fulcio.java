package dev.countersign.sigstore;

import dev.countersign.certificate.Certificate;
import dev.countersign.certificate.Identity;
import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.key.PrivateKey;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.WebServices;
import dev.countersign.registry.WebServices.Question;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A certificate authority for identities, asked by [version 2 of Fulcio's
/// API](https://github.com/sigstore/fulcio/blob/main/fulcio.proto).
public record Fulcio(WebServices web, String url) {
  private static final int MAX_BYTES = 256 << 10;

  /// A certificate that binds the key to whom `token` names, and those above it.
  ///
  /// Its chain and the promises of certificate logs in it are another step's work.
  ///
  /// @throws FormatException if what comes is no certificate of this key
  /// @throws IOException if the authority refuses the token or cannot be asked, or the key cannot
  ///   sign
  List<Certificate> certify(PrivateKey key, IdentityToken token, Deadline deadline)
      throws FormatException, IOException {
    var proof = key.sign(Bytes.utf8(token.subject()));
    var body =
        JsonObject.empty()
            .with(
                "publicKeyRequest",
                JsonObject.empty()
                    .with(
                        "publicKey",
                        JsonObject.empty()
                            .with("algorithm", algorithm(key))
                            .with("content", key.publicKey().toPem()))
                    .with("proofOfPossession", Base64Text.encode(proof)));
    var question =
        Question.post(endpoint(url, "/api/v2/signingCert"), body.toBytes(), MAX_BYTES)
            .showing(token.secret());
    var certificates = parse(web.fetch(question, deadline));
    var certified = certificates.getFirst().key();
    if (!certified.equals(key.publicKey())) {
      throw new FormatException(
          "expected a certificate of the key %s from %s, got one of %s"
              .formatted(key.publicKey(), url, certified));
    }
    requireNamed(token, certificates.getFirst());
    return certificates;
  }

  /// A person is named by the mail address of the token. How workflows and machines are named is
  /// the authority's own choice ([identity
  /// types](https://github.com/sigstore/fulcio/blob/main/docs/oidc.md)).
  private void requireNamed(IdentityToken token, Certificate certificate) throws FormatException {
    var named = Identity.of(certificate);
    if (isMail(token.subject())
        && named.subjects().stream().anyMatch(Fulcio::isMail)
        && !named.subjects().contains(token.subject())) {
      throw new FormatException(
          "expected a certificate for whom the token names from %s, got one for %s"
              .formatted(url, named));
    }
  }

  private static boolean isMail(String subject) {
    return subject.contains("@") && !subject.contains("/");
  }

  private static List<Certificate> parse(Bytes answer) throws FormatException {
    var json = JsonValue.parseObject(answer);
    if (json.find("signedCertificateEmbeddedSct").isEmpty()) {
      throw new FormatException(
          "expected a certificate that holds the promise of a certificate log, got another");
    }
    var chain =
        json.getObject("signedCertificateEmbeddedSct").getObject("chain").getArray("certificates");
    if (chain.isEmpty() || chain.size() > Certificate.MOST) {
      throw new FormatException(
          "expected 1 to " + Certificate.MOST + " certificates, got " + chain.size());
    }
    var certificates = new ArrayList<Certificate>();
    for (var pem : chain) {
      certificates.add(Certificate.parsePem(pem.asString("a certificate")).getFirst());
    }
    return certificates;
  }

  /// Fulcio reads the kind of the key from the key itself.
  private static String algorithm(PrivateKey key) {
    return switch (key.publicKey().scheme()) {
      case ED25519, ED25519PH -> "ED25519";
      case SHA256, SHA384, SHA512 -> "ECDSA";
    };
  }

  static String endpoint(String base, String path) {
    return (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path;
  }
}
