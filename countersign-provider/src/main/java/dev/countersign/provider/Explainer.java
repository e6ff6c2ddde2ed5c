package dev.countersign.provider;

import dev.countersign.format.Bytes;
import dev.countersign.json.JsonObject;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import java.util.LinkedHashMap;

/// Tells why a provider of these policies would decide as it would.
public final class Explainer {
  private Explainer() {}

  /// The record of a decision made now, as `/v1/decisions/ID` shows them, in JSON; without an id,
  /// since nobody keeps it.
  ///
  /// @param store asked once; nothing is remembered. What the policies say of registries and
  ///   mirrors is the store's to follow
  public static Bytes explain(
      ImageKey key, Policies policies, ContentStore store, Deadline deadline) {
    var judged = Judge.alone(policies, store, deadline.remaining()).begin(key).await(deadline);
    var json = DecisionRecord.of(key.image().toString(), key, judged).toJson();
    var members = new LinkedHashMap<>(json.members());
    members.remove("id");
    return new JsonObject(members).toBytes();
  }
}
