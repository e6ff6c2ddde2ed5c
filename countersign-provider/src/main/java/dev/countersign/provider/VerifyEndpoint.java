package dev.countersign.provider;

import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.json.JsonValue.JsonBoolean;
import dev.countersign.policy.Decision;
import dev.countersign.verify.Signer;
import dev.countersign.verify.VerificationResult.Verified;
import java.util.List;

/// `/v1/verify`: a yes says what was verified and by whom, a no says why. Takes keys with fields.
record VerifyEndpoint(Judge judge, Denials denials) implements Endpoint {
  @Override
  public String path() {
    return "/v1/verify";
  }

  @Override
  public Pending<Reply> begin(String key) {
    try {
      var asked = ImageKey.parse(key);
      return judge
          .begin(asked)
          .map(judged -> reply(judged.verdict(), DecisionRecord.of(key, asked, judged)));
    } catch (FormatException e) {
      var verdict = Verdict.unreadable(e);
      return Pending.known(reply(verdict, DecisionRecord.of(key, verdict)));
    }
  }

  private Reply reply(Verdict verdict, DecisionRecord decision) {
    var key = decision.key();
    return switch (verdict) {
      case Verdict.Proven(var allowed) ->
          Reply.of(decision, new Item.Answer(key, value(allowed, decision.id())));
      case Verdict.Exempt exempt ->
          Reply.of(decision, new Item.Answer(key, value(exempt, decision.id())));
      case Verdict.Refused(_, var line) ->
          Reply.of(
              decision, new Item.Failure(key, denials.text(line) + " [" + decision.id() + ']'));
      case Verdict.Unknown _ -> Reply.none(decision);
    };
  }

  private static JsonObject value(Decision.Allowed allowed, DecisionId id) {
    return JsonObject.empty()
        .with("verified", new JsonBoolean(true))
        .with("digest", allowed.image().digest().toString())
        .with("reference", allowed.image().toString())
        .with("by", by(allowed.proofs()))
        .with("decision", id.text());
  }

  private static JsonObject value(Verdict.Exempt exempt, DecisionId id) {
    var value =
        JsonObject.empty()
            .with("verified", new JsonBoolean(true))
            .with("exempt", OneLine.of(exempt.reason()));
    if (exempt.image().isPresent()) {
      var image = exempt.image().get();
      value = value.with("digest", image.digest().toString()).with("reference", image.toString());
    }
    return value.with("by", new JsonArray(List.of())).with("decision", id.text());
  }

  /// Each authority once a form, however many of its signatures there are.
  private static JsonArray by(List<Verified> proofs) {
    return new JsonArray(
        proofs.stream().<JsonValue>map(VerifyEndpoint::signer).distinct().toList());
  }

  private static JsonObject signer(Verified proof) {
    var named = JsonObject.empty().with("authority", proof.authority().name());
    var signer =
        switch (proof.signer()) {
          case Signer.KeyHolder(var key) -> named.with("key", key.fingerprint());
          case Signer.CertificateHolder(_, var identity) ->
              named
                  .with("identity", identity.toString())
                  .with("issuer", identity.issuer().orElse(""));
        };
    return signer.with("form", proof.signature().form().toString());
  }
}
