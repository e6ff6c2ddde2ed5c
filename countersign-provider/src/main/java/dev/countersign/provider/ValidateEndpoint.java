package dev.countersign.provider;

import dev.countersign.format.FormatException;
import dev.countersign.json.JsonValue.JsonString;

/// `/validate`: yes and no in the words `K_valid` and `K_invalid`, which constraint templates of
/// the field look for. Takes plain images; why not is told to the log alone.
record ValidateEndpoint(Judge judge) implements Endpoint {
  @Override
  public String path() {
    return "/validate";
  }

  @Override
  public Pending<Reply> begin(String key) {
    try {
      var asked = ImageKey.parsePlain(key);
      return judge
          .begin(asked)
          .map(judged -> reply(judged.verdict(), DecisionRecord.of(key, asked, judged)));
    } catch (FormatException e) {
      var verdict = Verdict.unreadable(e);
      return Pending.known(reply(verdict, DecisionRecord.of(key, verdict)));
    }
  }

  private static Reply reply(Verdict verdict, DecisionRecord decision) {
    var key = decision.key();
    return switch (verdict) {
      case Verdict.Proven _, Verdict.Exempt _ ->
          Reply.of(decision, new Item.Answer(key, new JsonString(key + "_valid")));
      case Verdict.Refused _ -> Reply.of(decision, new Item.Failure(key, key + "_invalid"));
      case Verdict.Unknown _ -> Reply.none(decision);
    };
  }
}
