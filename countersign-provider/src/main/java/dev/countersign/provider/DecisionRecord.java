package dev.countersign.provider;

import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.oci.Digest;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.ImageReference.Tagged;
import dev.countersign.policy.Decision;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// What was decided about one key, and why.
///
/// @param id names the decision in answers and logs
/// @param key as asked
/// @param policy that judged it, or was asked to
/// @param digest of the image, when it became known
record DecisionRecord(
    DecisionId id,
    String key,
    Optional<String> policy,
    Outcome outcome,
    Why why,
    Optional<Digest> digest,
    Grounds grounds) {

  /// The record of what was judged.
  static DecisionRecord of(String text, ImageKey key, Judged judged) {
    var bare = of(text, judged.verdict());
    return new DecisionRecord(
        bare.id,
        text,
        Optional.of(key.policy()),
        bare.outcome,
        bare.why,
        bare.digest.or(judged.grounds()::digest).or(() -> digest(key)),
        judged.grounds());
  }

  /// The record of a verdict that rests on nothing but the key.
  static DecisionRecord of(String key, Verdict verdict) {
    return switch (verdict) {
      case Verdict.Proven(var allowed) ->
          of(key, Outcome.ALLOWED, new Why("verified", through(allowed)))
              .withDigest(allowed.image().digest());
      case Verdict.Exempt(var reason, _) -> of(key, Outcome.ALLOWED, new Why("exempt", reason));
      case Verdict.Refused(var code, var line) ->
          of(key, Outcome.DENIED, new Why(code, line.full()));
      case Verdict.Unknown(var code, var cause) ->
          of(key, Outcome.UNDETERMINED, new Why(code, cause));
    };
  }

  private static String through(Decision.Allowed allowed) {
    return allowed.index().map(index -> "as one of the signed index " + index).orElse("");
  }

  /// A record with a new id, without a digest, and without grounds.
  static DecisionRecord of(String key, Outcome outcome, Why why) {
    return new DecisionRecord(
        DecisionId.next(), key, Optional.empty(), outcome, why, Optional.empty(), Grounds.NONE);
  }

  private static Optional<Digest> digest(ImageKey key) {
    return switch (key.image()) {
      case Digested digested -> Optional.of(digested.digest());
      case Tagged _ -> Optional.empty();
    };
  }

  /// The same with the image's digest.
  DecisionRecord withDigest(Digest known) {
    return new DecisionRecord(id, key, policy, outcome, why, Optional.of(known), grounds);
  }

  /// The same from somewhere.
  DecisionRecord from(Source source) {
    return new DecisionRecord(
        id, key, policy, outcome, why, digest, grounds.from(source, grounds.calls()));
  }

  /// Where the answer comes from.
  Source source() {
    return grounds.source();
  }

  /// All of it; what is not known is left out.
  JsonObject toJson() {
    var json =
        JsonObject.empty()
            .with("id", id.text())
            .with("key", key)
            .with("decision", outcome.word())
            .with("code", why.code())
            .with("reason", why.reason())
            .with("source", source().word());
    if (policy.isPresent()) {
      json = json.with("policy", policy.get());
    }
    if (grounds.rule().isPresent()) {
      json = json.with("rule", grounds.rule().get());
    }
    if (digest.isPresent()) {
      json = json.with("digest", digest.get().toString());
    }
    return json.with("wanted", array(grounds.wanted().stream().map(Wanted::toJson)))
        .with("atLeast", grounds.atLeast())
        .with("found", grounds.found())
        .with("signatures", array(grounds.signatures().stream().map(FoundSignature::toJson)))
        .with("calls", array(grounds.calls().stream().map(RegistryCall::toJson)));
  }

  private static JsonArray array(Stream<JsonObject> items) {
    return new JsonArray(List.<JsonValue>copyOf(items.toList()));
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
