package dev.countersign.policy;

import dev.countersign.key.PublicKey;
import dev.countersign.oci.Digest;
import dev.countersign.oci.Repository;
import dev.countersign.signature.Evidence;
import dev.countersign.verify.Authority;
import dev.countersign.verify.Claims;
import dev.countersign.verify.IdentityMatch;
import dev.countersign.verify.VerificationResult;
import dev.countersign.verify.Verifier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// What an image must show: signatures or attestations by so many of these authorities that make
/// these claims.
///
/// @param authorities no two of one key or identity
/// @param atLeast how many of them must have signed
public record Requirement(List<Authority> authorities, int atLeast, Claims claims) {
  /// @throws IllegalArgumentException without an authority (nobody's word is not everybody's), with
  ///   one signer twice, or if none or more than all must have signed
  public Requirement {
    authorities = List.copyOf(authorities);
    if (authorities.isEmpty()) {
      throw new IllegalArgumentException("a requirement needs an authority");
    }
    if (atLeast < 1 || atLeast > authorities.size()) {
      throw new IllegalArgumentException(
          "expected 1 to " + authorities.size() + " of the authorities, got " + atLeast);
    }
    var keys = new HashSet<PublicKey>();
    var identities = new HashSet<IdentityMatch>();
    for (var authority : authorities) {
      switch (authority) {
        case Authority.Key key -> requireNew(keys.add(key.key()), "key", key);
        case Authority.Keyless keyless ->
            requireNew(identities.add(keyless.identity()), "identity", keyless);
      }
    }
  }

  private static void requireNew(boolean isNew, String what, Authority authority) {
    if (!isNew) {
      throw new IllegalArgumentException("one " + what + " is there twice, as " + authority.name());
    }
  }

  /// A signature or attestation by any of `anyOf`.
  public Requirement(List<Authority> anyOf, Claims claims) {
    this(anyOf, 1, claims);
  }

  /// Any signature by one of `anyOf` that names the image.
  public static Requirement anyOf(Authority... anyOf) {
    return new Requirement(List.of(anyOf), Claims.Required.IMAGE);
  }

  /// The same, where signatures must also name `repository`; attestations name none.
  Requirement naming(Repository repository) {
    return switch (claims) {
      case Claims.Required required ->
          new Requirement(
              authorities,
              atLeast,
              new Claims.Required(required.annotations(), Optional.of(repository)));
      case Claims.InsecureUnchecked unchecked -> this;
      case Claims.Attestation attestation -> this;
      case Claims.InsecureAttestation attestation -> this;
    };
  }

  /// What each signature of the evidence that is of the wanted kind proves to each authority, in
  /// the order of the evidence.
  ///
  /// @param now an authority's word counts only while it is valid
  List<VerificationResult> verify(Digest image, Evidence evidence, Instant now) {
    var results = new ArrayList<VerificationResult>();
    for (var signature : evidence.signatures().stream().filter(claims::concern).toList()) {
      for (var authority : authorities) {
        results.add(
            authority.validity().contains(now)
                ? Verifier.verify(image, signature, authority, claims, now)
                : new VerificationResult.Rejected(
                    authority,
                    new VerificationResult.Reason.AuthorityNotValid(authority.validity())));
      }
    }
    return results;
  }
}
