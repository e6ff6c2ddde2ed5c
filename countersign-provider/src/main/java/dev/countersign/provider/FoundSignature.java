package dev.countersign.provider;

import dev.countersign.format.OneLine;
import dev.countersign.json.JsonObject;
import dev.countersign.oci.Digest;
import dev.countersign.policy.Requirement;
import dev.countersign.signature.Signature;
import dev.countersign.verify.Authority;
import dev.countersign.verify.VerificationResult;
import dev.countersign.verify.VerificationResult.Reason;
import dev.countersign.verify.VerificationResult.Rejected;
import dev.countersign.verify.VerificationResult.Verified;
import dev.countersign.verify.Verifier;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What one signature was, as it is written down.
///
/// @param form `tag`, `bundle`, or `malformed`
/// @param counts `yes`, or the code of the reason why not
/// @param text one line
/// @param annotations that were signed, of a signature that counts
record FoundSignature(
    String form, FoundSigner signer, String counts, String text, Map<String, String> annotations) {
  /// The most that are looked at for a record, and the most keys that are tried on each.
  static final int MAX = 8;

  private static final int MAX_KEYS = 16;
  private static final int MAX_ANNOTATIONS = 16;

  /// A signature that counts.
  static FoundSignature of(Verified proof, Digest image) {
    return new FoundSignature(
        proof.signature().form().toString(),
        new FoundSigner.Known(Wanted.of(proof.authority())),
        "yes",
        "signed, " + proof.scheme(),
        annotations(proof, image));
  }

  /// What `signature` is to those who are wanted, and who made it.
  ///
  /// @param known besides those wanted
  static FoundSignature of(
      Signature signature,
      Digest image,
      Requirement requirement,
      List<Authority> known,
      Instant now) {
    var wanted = requirement.authorities().stream().limit(MAX_KEYS).toList();
    var results = verify(signature, image, requirement, wanted, now);
    var verified =
        results.stream().filter(Verified.class::isInstance).map(Verified.class::cast).findFirst();
    if (verified.isPresent()) {
      var proof = verified.get();
      var validity = proof.authority().validity();
      return validity.contains(now)
          ? of(proof, image)
          : of(
              signature,
              new FoundSigner.Known(Wanted.of(proof.authority())),
              new Reason.AuthorityNotValid(validity));
    }
    var others = known.stream().filter(one -> !wanted.contains(one)).limit(MAX_KEYS).toList();
    return unmet(results)
        .map(rejected ->
            of(
                signature,
                new FoundSigner.Known(Wanted.of(rejected.authority())),
                rejected.reason()))
        .orElseGet(() ->
            of(
                signature,
                verify(signature, image, requirement, others, now).stream()
                    .filter(FoundSignature::isByKey)
                    .findFirst()
                    .<FoundSigner>map(one -> new FoundSigner.Known(Wanted.of(one.authority())))
                    .orElseGet(() -> FoundSigner.stranger(signature)),
                reason(results)));
  }

  private static FoundSignature of(Signature signature, FoundSigner signer, Reason reason) {
    var form =
        signature instanceof Signature.WellFormed whole ? whole.form().toString() : "malformed";
    return new FoundSignature(form, signer, reason.code(), OneLine.of(reason.text()), Map.of());
  }

  private static List<VerificationResult> verify(
      Signature signature, Digest image, Requirement requirement, List<Authority> by, Instant now) {
    return by.stream()
        .map(authority -> Verifier.verify(image, signature, authority, requirement.claims(), now))
        .toList();
  }

  /// The first result of a key that did sign, and not what was wanted.
  private static Optional<Rejected> unmet(List<VerificationResult> results) {
    return results.stream()
        .filter(FoundSignature::isByKey)
        .filter(Rejected.class::isInstance)
        .map(Rejected.class::cast)
        .findFirst();
  }

  private static boolean isByKey(VerificationResult result) {
    return switch (result) {
      case Verified _ -> true;
      case Rejected(_, var reason) -> isByKey(reason);
    };
  }

  private static boolean isByKey(Reason reason) {
    return switch (reason) {
      case Reason.WrongKey _,
          Reason.SignedWithCertificate _,
          Reason.SignedWithKey _,
          Reason.UntrustedCertificate _,
          Reason.NotByItsCertificate _,
          Reason.OtherIdentity _,
          Reason.NotPublished _,
          Reason.NoTime _,
          Reason.NotLogged _,
          Reason.LogRefuted _,
          Reason.OtherTimestamp _,
          Reason.NotTimestamped _,
          Reason.SignedAFile _,
          Reason.FileNotAtHand _,
          Reason.OtherFile _,
          Reason.SignedAStatement _,
          Reason.Malformed _ ->
          false;
      case Reason.OtherPredicate _,
          Reason.OtherImage _,
          Reason.MissingAnnotation _,
          Reason.OtherName _,
          Reason.NoSignedName _,
          Reason.AuthorityNotValid _,
          Reason.OtherLogEntry _ ->
          true;
    };
  }

  private static Reason reason(List<VerificationResult> results) {
    return results.stream()
        .filter(Rejected.class::isInstance)
        .map(result -> ((Rejected) result).reason())
        .findFirst()
        .orElseGet(Reason.WrongKey::new);
  }

  private static Map<String, String> annotations(Verified proof, Digest image) {
    var bounded = new TreeMap<String, String>();
    var signed = new TreeMap<>(proof.claim().about(image).orElse(Map.of()));
    signed.entrySet().stream()
        .limit(MAX_ANNOTATIONS)
        .forEach(one -> bounded.put(OneLine.of(one.getKey()), OneLine.of(one.getValue())));
    return bounded;
  }

  JsonObject toJson() {
    var json =
        JsonObject.empty()
            .with("form", form)
            .with("signer", signer.toJson())
            .with("counts", counts)
            .with("text", text);
    return annotations.isEmpty()
        ? json
        : json.with("annotations", JsonObject.ofStrings(annotations));
  }
}
