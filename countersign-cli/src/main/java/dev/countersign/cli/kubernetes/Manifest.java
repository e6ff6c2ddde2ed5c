package dev.countersign.cli.kubernetes;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One Kubernetes object and where it was read.
///
/// @param source a file's name, as messages show it
public record Manifest(String source, JsonObject object) {
  /// The objects of one text; those of a `List` one by one.
  ///
  /// @throws FormatException with the source, if the text is no Kubernetes YAML
  public static List<Manifest> parse(String source, Bytes text) throws FormatException {
    var found = new ArrayList<Manifest>();
    try {
      for (var object : ManifestYaml.parse(text)) {
        addAll(new Manifest(source, object), found);
      }
    } catch (FormatException e) {
      throw new FormatException(source + ": " + e.problem(), e);
    }
    return found;
  }

  private static void addAll(Manifest manifest, List<Manifest> found) throws FormatException {
    if (!manifest.kind().endsWith("List") || !manifest.object.members().containsKey("items")) {
      found.add(manifest);
      return;
    }
    for (var item : manifest.object.findArray("items")) {
      addAll(new Manifest(manifest.source, item.asObject("a Kubernetes object")), found);
    }
  }

  /// `apiVersion` without its version; empty for the core group.
  public String group() {
    var version = text("apiVersion");
    int slash = version.indexOf('/');
    return slash < 0 ? "" : version.substring(0, slash);
  }

  /// Empty where none is written.
  public String kind() {
    return text("kind");
  }

  /// Empty where none is written.
  public String name() {
    return metadata("name").orElse("");
  }

  /// Where the object says that it belongs.
  public Optional<String> namespace() {
    return metadata("namespace");
  }

  /// What lies at the end of a path of member names, if all of it is there.
  public Optional<JsonObject> at(String... path) {
    var here = Optional.of(object);
    for (var member : path) {
      here = here.flatMap(one -> Members.object(one, member));
    }
    return here;
  }

  private Optional<String> metadata(String member) {
    return at("metadata").flatMap(metadata -> Members.text(metadata, member));
  }

  private String text(String member) {
    return Members.text(object, member).orElse("");
  }

  @Override
  public String toString() {
    return kind() + ' ' + namespace().map(namespace -> namespace + '/').orElse("") + name();
  }
}
