package dev.countersign.certificate;

import dev.countersign.der.DerReader;
import dev.countersign.der.DerWriter;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.util.HashMap;
import java.util.Map;

/// Who signed a timestamp, and what ([RFC 5652 §5.3,
/// SignerInfo](https://www.rfc-editor.org/rfc/rfc5652#section-5.3)).
///
/// @param attributes the content of the signed attributes
/// @param algorithm the runtime's name
record TimestampSigner(
    SignerName name, HashAlgorithm digest, Bytes attributes, String algorithm, Bytes signature) {
  private static final String CONTENT_TYPE = "2a864886f70d010903";
  private static final String MESSAGE_DIGEST = "2a864886f70d010904";
  private static final String SIGNING_CERTIFICATE = "2a864886f70d010910020c";
  private static final String SIGNING_CERTIFICATE_V2 = "2a864886f70d010910022f";
  private static final String KEY_IDENTIFIER_EXTENSION = "2.5.29.14";
  private static final int MAX_ATTRIBUTES = 32;
  private static final int KEY_IDENTIFIER = 0x80;
  private static final int SIGNED_ATTRIBUTES = 0xa0;
  private static final int UNSIGNED_ATTRIBUTES = 0xa1;

  /// How a certificate is named.
  sealed interface SignerName {
    /// By its issuer, DER, and its number.
    record IssuerAndNumber(Bytes issuer, BigInteger number) implements SignerName {}

    /// By the identifier of its key.
    record KeyIdentifier(Bytes identifier) implements SignerName {}
  }

  static TimestampSigner parse(DerReader info) throws FormatException {
    info.unsignedInteger();
    var name = name(info);
    var digest = AlgorithmIdentifier.hash(info.inside(DerReader.SEQUENCE));
    var attributes = Bytes.copyOf(info.content(SIGNED_ATTRIBUTES));
    var algorithm = AlgorithmIdentifier.signature(info.inside(DerReader.SEQUENCE), digest);
    var signature = Bytes.copyOf(info.content(DerReader.OCTET_STRING));
    if (info.has(UNSIGNED_ATTRIBUTES)) {
      info.inside(UNSIGNED_ATTRIBUTES);
    }
    info.expectEnd();
    return new TimestampSigner(name, digest, attributes, algorithm, signature);
  }

  private static SignerName name(DerReader info) throws FormatException {
    if (info.has(KEY_IDENTIFIER)) {
      return new SignerName.KeyIdentifier(Bytes.copyOf(info.content(KEY_IDENTIFIER)));
    }
    var reader = info.inside(DerReader.SEQUENCE);
    var issuer = Bytes.copyOf(reader.element());
    var number = new BigInteger(reader.content(DerReader.INTEGER));
    reader.expectEnd();
    return new SignerName.IssuerAndNumber(issuer, number);
  }

  /// Expects the attributes to be about `content`
  /// ([§5.6](https://www.rfc-editor.org/rfc/rfc5652#section-5.6)).
  void requireSigned(Bytes content) throws FormatException {
    var values = values();
    if (!get(values, CONTENT_TYPE).objectIdentifier().equals(TimestampInfo.TYPE)) {
      throw new FormatException("expected a signed content type of TSTInfo, got another");
    }
    var hash = Bytes.copyOf(get(values, MESSAGE_DIGEST).content(DerReader.OCTET_STRING));
    if (!hash.equals(digest.of(content))) {
      throw new FormatException("expected the signed hash of the TSTInfo, got another");
    }
  }

  /// The one value of each attribute, by its type.
  private Map<String, Bytes> values() throws FormatException {
    var values = new HashMap<String, Bytes>();
    var items = DerReader.of(attributes.toArray());
    while (!items.isAtEnd()) {
      var attribute = items.inside(DerReader.SEQUENCE);
      var type = attribute.objectIdentifier();
      var set = attribute.inside(DerReader.SET);
      attribute.expectEnd();
      var value = Bytes.copyOf(set.element());
      set.expectEnd();
      if (values.put(type, value) != null || values.size() > MAX_ATTRIBUTES) {
        throw new FormatException("expected each signed attribute once, and not over 32");
      }
    }
    return values;
  }

  private static DerReader get(Map<String, Bytes> values, String type) throws FormatException {
    var value = values.get(type);
    if (value == null) {
      throw new FormatException("expected the signed attribute " + type + ", got none");
    }
    return DerReader.of(value.toArray());
  }

  /// Whether `certificate` is named, inside the signature too ([RFC
  /// 5816](https://www.rfc-editor.org/rfc/rfc5816)), and its key signed the attributes.
  boolean is(Certificate certificate) {
    try {
      return isNamed(certificate) && isBound(certificate) && verifies(certificate);
    } catch (FormatException e) {
      return false;
    }
  }

  private boolean isNamed(Certificate certificate) throws FormatException {
    return switch (name) {
      case SignerName.IssuerAndNumber(Bytes issuer, BigInteger number) ->
          issuer.equals(Bytes.copyOf(certificate.x509().getIssuerX500Principal().getEncoded()))
              && number.equals(certificate.x509().getSerialNumber());
      case SignerName.KeyIdentifier(Bytes identifier) -> {
        var own = certificate.extension(KEY_IDENTIFIER_EXTENSION);
        yield own.isPresent()
            && identifier.equals(
                Bytes.copyOf(DerReader.of(own.get()).content(DerReader.OCTET_STRING)));
      }
    };
  }

  private boolean isBound(Certificate certificate) throws FormatException {
    var values = values();
    if (values.containsKey(SIGNING_CERTIFICATE_V2)) {
      var id = firstId(get(values, SIGNING_CERTIFICATE_V2));
      var algorithm =
          id.has(DerReader.SEQUENCE)
              ? AlgorithmIdentifier.hash(id.inside(DerReader.SEQUENCE))
              : HashAlgorithm.SHA256;
      return Bytes.copyOf(id.content(DerReader.OCTET_STRING))
          .equals(algorithm.of(certificate.der()));
    }
    var id = firstId(get(values, SIGNING_CERTIFICATE));
    return Bytes.copyOf(id.content(DerReader.OCTET_STRING)).equals(sha1(certificate.der()));
  }

  private static DerReader firstId(DerReader value) throws FormatException {
    return value.inside(DerReader.SEQUENCE).inside(DerReader.SEQUENCE).inside(DerReader.SEQUENCE);
  }

  /// Only names a certificate that is trusted for other reasons.
  private static Bytes sha1(Bytes content) {
    try {
      return Bytes.copyOf(MessageDigest.getInstance("SHA-1").digest(content.toArray()));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java runtime has SHA-1", e);
    }
  }

  /// The signature is over the attributes as a SET
  /// ([§5.4](https://www.rfc-editor.org/rfc/rfc5652#section-5.4)).
  private boolean verifies(Certificate certificate) {
    try {
      var verifier = Signature.getInstance(algorithm);
      verifier.initVerify(certificate.x509().getPublicKey());
      verifier.update(DerWriter.element(DerReader.SET, attributes.toArray()));
      return verifier.verify(signature.toArray());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
