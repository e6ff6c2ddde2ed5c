package dev.countersign.certificate;

import dev.countersign.der.DerReader;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;

/// The algorithms of signed timestamps ([RFC 5754](https://www.rfc-editor.org/rfc/rfc5754), [RFC
/// 8419](https://www.rfc-editor.org/rfc/rfc8419)).
final class AlgorithmIdentifier {
  private AlgorithmIdentifier() {}

  static HashAlgorithm hash(DerReader identifier) throws FormatException {
    var oid = oid(identifier);
    return switch (oid) {
      case "608648016503040201" -> HashAlgorithm.SHA256;
      case "608648016503040202" -> HashAlgorithm.SHA384;
      case "608648016503040203" -> HashAlgorithm.SHA512;
      default -> throw new FormatException("expected SHA-256, 384 or 512, got OID " + oid);
    };
  }

  /// The runtime's name of a signature algorithm.
  ///
  /// @param hash what the bare name of RSA stands with
  static String signature(DerReader identifier, HashAlgorithm hash) throws FormatException {
    var oid = oid(identifier);
    return switch (oid) {
      case "2a8648ce3d040302" -> "SHA256withECDSA";
      case "2a8648ce3d040303" -> "SHA384withECDSA";
      case "2a8648ce3d040304" -> "SHA512withECDSA";
      case "2a864886f70d010101" -> "SHA" + hash.size() * 8 + "withRSA";
      case "2a864886f70d01010b" -> "SHA256withRSA";
      case "2a864886f70d01010c" -> "SHA384withRSA";
      case "2a864886f70d01010d" -> "SHA512withRSA";
      case "2b6570" -> "Ed25519";
      default -> throw new FormatException("expected ECDSA, RSA or Ed25519, got OID " + oid);
    };
  }

  private static String oid(DerReader identifier) throws FormatException {
    var oid = identifier.objectIdentifier();
    if (!identifier.isAtEnd()) {
      identifier.expectNull();
    }
    identifier.expectEnd();
    return oid;
  }
}
