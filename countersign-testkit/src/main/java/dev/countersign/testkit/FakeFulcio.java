package dev.countersign.testkit;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.jspecify.annotations.Nullable;

/// A certificate authority that gives certificates to identities, as
/// [Fulcio](https://github.com/sigstore/fulcio/blob/main/fulcio.proto) does, by both versions of
/// its API, and the log of these certificates.
public final class FakeFulcio implements AutoCloseable {
  private static final int MAX_BYTES = 8 << 20;

  /// What can be wrong with a certificate that nothing is wrong with at first sight.
  public enum Lie {
    /// Nothing.
    NONE,
    OTHER_KEY,
    OTHER_IDENTITY,
    /// It has no promise of a certificate log.
    NO_PROMISE,
    /// The promise is by a log that nobody knows.
    UNKNOWN_LOG,
    /// It is by an authority that nobody knows.
    UNKNOWN_AUTHORITY
  }

  private final FakeIssuer issuer;
  private final FakeCa root = FakeCa.create();
  private final FakeCa intermediate = root.intermediate();
  private final FakeCa stranger = FakeCa.create().intermediate();
  private final ServiceKey log = ServiceKey.ecdsa();
  private final AtomicReference<Lie> lie = new AtomicReference<>(Lie.NONE);
  private final LoopbackService service;

  private FakeFulcio(FakeIssuer issuer) throws IOException {
    this.issuer = issuer;
    service = LoopbackService.start(this::answer);
  }

  /// One that believes the tokens of `issuer`.
  public static FakeFulcio start(FakeIssuer issuer) throws IOException {
    return new FakeFulcio(issuer);
  }

  public LoopbackService service() {
    return service;
  }

  public URI url() {
    return service.url();
  }

  /// Lies once, with the next certificate.
  public void lieNext(Lie next) {
    lie.set(next);
  }

  /// The intermediate and the root, as files of trusted certificates.
  public String chainPem() {
    return chain().stream().map(Pem::of).collect(Collectors.joining());
  }

  /// The public key of the certificate log, PEM.
  public String logKeyPem() {
    return Pem.of(log.publicKey());
  }

  List<X509Certificate> chain() {
    return List.of(intermediate.certificate(), root.certificate());
  }

  ServiceKey log() {
    return log;
  }

  private Reply answer(Call call) throws Refusal, IOException {
    return switch (call.request().path()) {
      case "/api/v2/signingCert" -> second(call);
      case "/api/v1/signingCert" -> first(call);
      case "/api/v2/trustBundle" ->
          FakeIssuer.json(Map.of("chains", List.of(certificates(chain()))));
      default -> throw Routes.notFound();
    };
  }

  private Reply second(Call call) throws Refusal, IOException {
    var identity = identity(call);
    var request = member(body(call), "publicKeyRequest");
    var pem = String.valueOf(member(request, "publicKey").get("content"));
    var key = key(Pem.firstBlock(pem));
    demandProof(identity, key, String.valueOf(request.get("proofOfPossession")));
    var chain = issue(identity, key);
    return FakeIssuer.json(
        Map.of("signedCertificateEmbeddedSct", Map.of("chain", certificates(chain))));
  }

  private Reply first(Call call) throws Refusal, IOException {
    var identity = identity(call);
    var request = body(call);
    var key = key(base64(String.valueOf(member(request, "publicKey").get("content"))));
    demandProof(identity, key, String.valueOf(request.get("signedEmailAddress")));
    var pem = issue(identity, key).stream().map(Pem::of).collect(Collectors.joining());
    return Reply.of(201)
        .body("application/pem-certificate-chain", pem.getBytes(StandardCharsets.US_ASCII));
  }

  private IdentityToken identity(Call call) throws Refusal, IOException {
    var authorization = call.authorization().value();
    if (!authorization.startsWith("Bearer ")) {
      throw Refusal.plain(401, "expected an identity token");
    }
    return IdentityToken.check(authorization.substring("Bearer ".length()), issuer.url());
  }

  private List<X509Certificate> issue(IdentityToken identity, PublicKey key) {
    var told = lie.getAndSet(Lie.NONE);
    var authority = told == Lie.UNKNOWN_AUTHORITY ? stranger : intermediate;
    var other = new IdentityToken(identity.issuer(), "mallory@example.com");
    var leaf =
        CodeSigningCertificate.issue(
            told == Lie.OTHER_IDENTITY ? other : identity,
            told == Lie.OTHER_KEY ? ServiceKey.ecdsa().publicKey() : key,
            authority.identity(),
            logFor(told));
    return List.of(leaf, authority.certificate(), root.certificate());
  }

  private @Nullable ServiceKey logFor(Lie told) {
    return switch (told) {
      case NO_PROMISE -> null;
      case UNKNOWN_LOG -> ServiceKey.ecdsa();
      case NONE, OTHER_KEY, OTHER_IDENTITY, UNKNOWN_AUTHORITY -> log;
    };
  }

  private static Map<String, ?> certificates(List<X509Certificate> chain) {
    return Map.of("certificates", chain.stream().map(Pem::of).toList());
  }

  /// The caller holds the key: it signed the token's subject.
  private static void demandProof(IdentityToken identity, PublicKey key, String proof)
      throws Refusal {
    try {
      var verifier = Signature.getInstance("SHA256withECDSA");
      verifier.initVerify(key);
      verifier.update(identity.subject().getBytes(StandardCharsets.UTF_8));
      if (verifier.verify(base64(proof))) {
        return;
      }
    } catch (GeneralSecurityException e) {
      // No signature at all is no proof either.
    }
    throw Refusal.plain(400, "The signature supplied in the request could not be verified");
  }

  static PublicKey key(byte[] spki) throws Refusal {
    try {
      var oid = SubjectPublicKeyInfo.getInstance(spki).getAlgorithm().getAlgorithm().getId();
      var kind =
          switch (oid) {
            case "1.2.840.10045.2.1" -> "EC";
            case "1.2.840.113549.1.1.1" -> "RSA";
            default -> "Ed25519";
          };
      return KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(spki));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw Refusal.plain(400, "expected a public key");
    }
  }

  static byte[] base64(String text) throws Refusal {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw Refusal.plain(400, "expected base64");
    }
  }

  static Map<String, Object> body(Call call) throws Refusal, IOException {
    if (!call.method().equals("POST")) {
      throw Refusal.plain(405, "expected POST");
    }
    return Json.parseObject(call.readBody(MAX_BYTES))
        .orElseThrow(() -> Refusal.plain(400, "expected JSON"));
  }

  /// The object `name` of `json`, or an empty one.
  static Map<?, ?> member(Map<?, ?> json, String name) {
    return json.get(name) instanceof Map<?, ?> object ? object : Map.of();
  }

  @Override
  public void close() {
    service.close();
  }
}
