package dev.countersign.oci;

import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import java.util.ArrayList;
import java.util.List;

/// What a machine must be for an image to run on it, written `os/architecture` or
/// `os/architecture/variant`.
///
/// @param variant empty if any will do
public record Platform(String os, String architecture, String variant) {
  /// Reads a platform.
  ///
  /// @throws FormatException if `text` is none
  public static Platform parse(String text) throws FormatException {
    var parts = text.split("/", -1);
    if (parts.length < 2 || parts.length > 3 || List.of(parts).contains("")) {
      throw new FormatException("expected os/architecture[/variant], got \"" + text + '"');
    }
    return new Platform(parts[0], parts[1], parts.length == 3 ? parts[2] : "");
  }

  /// The manifests for this platform that `index` lists, in its order.
  ///
  /// @throws FormatException if `index` is none
  public List<Descriptor> select(Content index) throws FormatException {
    var found = new ArrayList<Descriptor>();
    for (var item : JsonValue.parseObject(index.bytes()).getArray("manifests")) {
      var manifest = item.asObject("a descriptor");
      if (matches(manifest.findObject("platform").orElse(JsonObject.empty()))) {
        found.add(Descriptor.parse(manifest));
      }
    }
    return List.copyOf(found);
  }

  private boolean matches(JsonObject platform) throws FormatException {
    return os.equals(platform.findString("os").orElse(""))
        && architecture.equals(platform.findString("architecture").orElse(""))
        && (variant.isEmpty() || variant.equals(platform.findString("variant").orElse("")));
  }

  @Override
  public String toString() {
    return os + '/' + architecture + (variant.isEmpty() ? "" : '/' + variant);
  }
}
