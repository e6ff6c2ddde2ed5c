package dev.countersign.policy;

import dev.countersign.oci.Digest;
import dev.countersign.signature.Evidence;
import dev.countersign.verify.Authority;
import dev.countersign.verify.Claims;
import dev.countersign.verify.VerificationResult;
import dev.countersign.verify.Verifier;
import java.util.ArrayList;
import java.util.List;

/// What an image must show: a signature or attestation by any of these authorities that makes these
/// claims.
public record Requirement(List<Authority> anyOf, Claims claims) {
  /// @throws IllegalArgumentException without an authority: nobody's word is not everybody's
  public Requirement {
    anyOf = List.copyOf(anyOf);
    if (anyOf.isEmpty()) {
      throw new IllegalArgumentException("a requirement needs an authority");
    }
  }

  /// Any signature by one of `anyOf` that names the image.
  public static Requirement anyOf(Authority... anyOf) {
    return new Requirement(List.of(anyOf), Claims.Required.IMAGE);
  }

  /// What each signature of the evidence that is of the wanted kind proves to each authority, in
  /// the order of the evidence.
  List<VerificationResult> verify(Digest image, Evidence evidence) {
    var results = new ArrayList<VerificationResult>();
    for (var signature : evidence.signatures().stream().filter(claims::concern).toList()) {
      for (var authority : anyOf) {
        results.add(Verifier.verify(image, signature, authority, claims));
      }
    }
    return results;
  }
}
