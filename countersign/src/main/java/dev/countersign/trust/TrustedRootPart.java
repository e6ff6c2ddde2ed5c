package dev.countersign.trust;

import dev.countersign.certificate.Certificate;
import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.Pem;
import dev.countersign.json.JsonObject;
import dev.countersign.key.PublicKey;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Optional;

/// Reads the members of a trusted root.
final class TrustedRootPart {
  private TrustedRootPart() {}

  /// Empty if its key is of a kind that is not known here.
  static Optional<TrustedLog> log(JsonObject log) throws FormatException {
    var publicKey = log.getObject("publicKey");
    var hash = log.getString("hashAlgorithm");
    var key = key(publicKey.getString("keyDetails"), bytes(publicKey, "rawBytes"));
    if (key.isEmpty() || !hash.equals("SHA2_256")) {
      return Optional.empty();
    }
    return Optional.of(
        new TrustedLog(
            log.findString("baseUrl").orElse(""),
            bytes(log.getObject("logId"), "keyId"),
            key.get(),
            validity(publicKey)));
  }

  /// The names are those of
  /// [PublicKeyDetails](https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_common.proto).
  private static Optional<PublicKey> key(String details, Bytes raw) throws FormatException {
    if (details.startsWith("PKIX_ECDSA_")
        || details.startsWith("PKIX_ED25519")
        || details.startsWith("PKIX_RSA_PKCS1V")) {
      return Optional.of(PublicKey.parseDer(raw));
    }
    return details.equals("PKCS1_RSA_PKCS1V5")
        ? Optional.of(PublicKey.parsePem(new Pem("RSA PUBLIC KEY", raw).toText()))
        : Optional.empty();
  }

  static CertificateAuthority authority(JsonObject authority) throws FormatException {
    var items = authority.getObject("certChain").getArray("certificates");
    if (items.isEmpty() || items.size() > Certificate.MOST) {
      throw new FormatException(
          "expected 1 to " + Certificate.MOST + " certificates, got " + items.size());
    }
    var chain = new ArrayList<Certificate>();
    for (var item : items) {
      chain.add(Certificate.parse(bytes(item.asObject("a certificate"), "rawBytes")));
    }
    return new CertificateAuthority(
        authority.findString("uri").orElse(""), chain, validity(authority));
  }

  /// Without a time from which it counts nobody can tell whether it counts.
  private static Validity validity(JsonObject of) throws FormatException {
    var validFor = of.getObject("validFor");
    validFor.refuseOthers("start", "end");
    var end = validFor.findString("end");
    var from = time(validFor.getString("start"));
    var until = end.isEmpty() ? Instant.MAX : time(end.get());
    if (until.isBefore(from)) {
      throw new FormatException("expected an end after the start " + from + ", got " + until);
    }
    return new Validity(from, until);
  }

  private static Instant time(String text) throws FormatException {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new FormatException("expected a time as 2026-01-31T12:00:00Z, got " + text, e);
    }
  }

  private static Bytes bytes(JsonObject json, String name) throws FormatException {
    return Base64Text.decodeEither(json.getString(name));
  }
}
