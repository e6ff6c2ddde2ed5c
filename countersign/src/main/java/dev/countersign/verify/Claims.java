package dev.countersign.verify;

import dev.countersign.oci.Repository;
import dev.countersign.signature.Signature;
import dev.countersign.signature.Statement;
import java.util.Map;
import java.util.Optional;

/// What must have been signed, for a signature to count.
public sealed interface Claims {
  /// "This image", with each of `annotations` as exactly that string.
  ///
  /// @param name the repository that must have been signed as the image's name, if any must;
  ///   bundles sign no name
  record Required(Map<String, String> annotations, Optional<Repository> name) implements Claims {
    /// "This image".
    public static final Required IMAGE = new Required(Map.of());

    public Required {
      annotations = Map.copyOf(annotations);
    }

    /// Under whatever name.
    public Required(Map<String, String> annotations) {
      this(annotations, Optional.empty());
    }
  }

  /// Anything that is a signature, another image's included. It proves nothing about the image.
  record InsecureUnchecked() implements Claims {}

  /// An attestation about this image.
  ///
  /// @param predicateType a URI, compared exactly
  record Attestation(String predicateType) implements Claims {}

  /// An attestation of that type about anything. It proves nothing about the image.
  record InsecureAttestation(String predicateType) implements Claims {}

  /// Whether `signature` presents itself as what is asked for. Others are passed over: an
  /// attestation is no bad signature, it is none. What it presents itself as is proven later.
  default boolean concern(Signature signature) {
    return signature.unverifiedPredicateType().orElse(predicateType()).equals(predicateType());
  }

  /// The only predicate type that counts.
  default String predicateType() {
    return switch (this) {
      case Required required -> Statement.SIGNATURE;
      case InsecureUnchecked unchecked -> Statement.SIGNATURE;
      case Attestation attestation -> attestation.predicateType();
      case InsecureAttestation attestation -> attestation.predicateType();
    };
  }
}
