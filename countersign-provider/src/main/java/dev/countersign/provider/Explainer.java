package dev.countersign.provider;

import dev.countersign.ImageVerifier;
import dev.countersign.attachment.Kind;
import dev.countersign.format.Bytes;
import dev.countersign.json.JsonObject;
import dev.countersign.provider.Judge.Question;
import dev.countersign.provider.Policies.Opinion;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;

/// Tells why a provider of these policies would decide as it would.
public final class Explainer {
  private Explainer() {}

  /// The record of a decision made now, as `/v1/decisions/ID` shows them, in JSON; without an id,
  /// since nobody keeps it.
  ///
  /// @param store asked once; nothing is remembered
  public static Bytes explain(
      ImageKey key, Policies policies, ContentStore store, Deadline deadline) {
    var judged =
        switch (policies.opinion(key)) {
          case Opinion.Known(var known) -> known;
          case Opinion.Signed asked -> look(key, asked, policies, store, deadline);
        };
    var json = DecisionRecord.of(key.image().toString(), key, judged).toJson();
    var members = new LinkedHashMap<>(json.members());
    members.remove("id");
    return new JsonObject(members).toBytes();
  }

  private static Judged look(
      ImageKey key,
      Opinion.Signed asked,
      Policies policies,
      ContentStore store,
      Deadline deadline) {
    var recorded = new RecordedStore(store);
    var question = Question.of(key, asked.terms());
    var gathered =
        new ImageVerifier(recorded, question.place())
            .gather(question.image(), Kind.SIGNATURE, deadline);
    var judged = policies.judge(key, asked, gathered, Instant.now());
    return judged.from(Source.FRESH, List.copyOf(recorded.calls()));
  }
}
