package dev.countersign.admission;

import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue.JsonArray;
import java.util.List;

/// Questions about the creation of a Pod.
final class Pods {
  private Pods() {}

  /// A Pod with one container, in namespace `team-a`, under the policy `default`.
  static JsonObject of(String image) {
    var container = JsonObject.empty().with("name", "app").with("image", image);
    var spec = JsonObject.empty().with("containers", new JsonArray(List.of(container)));
    var kind = JsonObject.empty().with("group", "").with("version", "v1").with("kind", "Pod");
    var review =
        JsonObject.empty()
            .with("kind", kind)
            .with("operation", "CREATE")
            .with("namespace", "team-a")
            .with("object", JsonObject.empty().with("spec", spec));
    return JsonObject.empty().with("review", review).with("parameters", JsonObject.empty());
  }
}
