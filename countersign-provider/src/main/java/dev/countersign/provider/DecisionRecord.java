package dev.countersign.provider;

import dev.countersign.oci.Digest;
import dev.countersign.policy.Decision;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What was decided about one key, and why.
///
/// @param id names the decision in answers and logs
/// @param key as asked
/// @param policy that judged it, or was asked to
/// @param source where the answer comes from
/// @param digest of the image, when it became known
/// @param findings what each signature was, when some were looked at
record DecisionRecord(
    DecisionId id,
    String key,
    Optional<String> policy,
    Source source,
    Outcome outcome,
    Why why,
    Optional<Digest> digest,
    List<Finding> findings) {

  /// The record of what was judged.
  static DecisionRecord of(String text, ImageKey key, Judged judged) {
    return of(text, judged.verdict()).withPolicy(key.policy()).from(judged.source());
  }

  /// The record of a verdict.
  static DecisionRecord of(String key, Verdict verdict) {
    return switch (verdict) {
      case Verdict.Proven(var allowed) ->
          of(key, Outcome.ALLOWED, new Why("verified", through(allowed)))
              .withDigest(allowed.image().digest())
              .withFindings(Finding.of(allowed.proofs()));
      case Verdict.Exempt(var reason, var image) ->
          image
              .map(known ->
                  of(key, Outcome.ALLOWED, new Why("exempt", reason)).withDigest(known.digest()))
              .orElseGet(() -> of(key, Outcome.ALLOWED, new Why("exempt", reason)));
      case Verdict.Refused(var code, var reason, var findings) ->
          of(key, Outcome.DENIED, new Why(code, reason)).withFindings(findings);
      case Verdict.Unknown(var code, var cause) ->
          of(key, Outcome.UNDETERMINED, new Why(code, cause));
    };
  }

  private static String through(Decision.Allowed allowed) {
    return allowed.index().map(index -> "as one of the signed index " + index).orElse("");
  }

  /// A record with a new id and without a digest.
  static DecisionRecord of(String key, Outcome outcome, Why why) {
    return new DecisionRecord(
        DecisionId.next(),
        key,
        Optional.empty(),
        Source.UNASKED,
        outcome,
        why,
        Optional.empty(),
        List.of());
  }

  /// The same, judged by a policy.
  DecisionRecord withPolicy(String name) {
    return new DecisionRecord(id, key, Optional.of(name), source, outcome, why, digest, findings);
  }

  /// The same from somewhere.
  DecisionRecord from(Source newSource) {
    return new DecisionRecord(id, key, policy, newSource, outcome, why, digest, findings);
  }

  /// The same with the image's digest.
  DecisionRecord withDigest(Digest known) {
    return new DecisionRecord(id, key, policy, source, outcome, why, Optional.of(known), findings);
  }

  private DecisionRecord withFindings(List<Finding> found) {
    return new DecisionRecord(id, key, policy, source, outcome, why, digest, found);
  }

  /// A word for machines, which does not change, and a line for people.
  ///
  /// @param reason empty when the code says it all
  record Why(String code, String reason) {}

  /// The kinds of outcome.
  enum Outcome {
    /// Proven.
    ALLOWED,
    /// A lasting no.
    DENIED,
    /// Nobody can say now.
    UNDETERMINED,
    /// A tag became a digest.
    RESOLVED,
    /// The text stays as it is.
    UNCHANGED;

    /// The word in logs and metrics.
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
