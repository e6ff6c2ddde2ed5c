package dev.countersign.admission;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// One object of a YAML file, as maps, lists, strings, numbers and truth values.
record Manifest(String origin, Map<?, ?> content) {
  static final Path DEPLOY = Path.of("..", "deploy");

  /// All objects of all files of one ending below a folder, in the order of their names.
  static List<Manifest> below(Path folder, String ending) {
    try (var found = Files.walk(folder)) {
      return found
          .filter(file -> file.getFileName().toString().endsWith(ending))
          // Helm's are templates and values, and objects only once it has rendered them.
          .filter(file -> !file.startsWith(DEPLOY.resolve("helm")))
          .sorted()
          .flatMap(Manifest::in)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Manifest> in(Path file) {
    try {
      return parse(file.toString(), Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Manifest> parse(String origin, String text) {
    var documents = new Load(LoadSettings.builder().build()).loadAllFromString(text);
    return StreamSupport.stream(documents.spliterator(), false)
        .map(document -> new Manifest(origin, assertInstanceOf(Map.class, document, origin)));
  }

  String apiVersion() {
    return text("apiVersion");
  }

  /// Whether a cluster could hold it: settings of kustomize and policy files are for programs.
  boolean isObject() {
    return at("metadata").isPresent();
  }

  String kind() {
    return text("kind");
  }

  String name() {
    return text("metadata", "name");
  }

  /// What lies at the end of a path of member names.
  Optional<Object> at(String... path) {
    Object value = content;
    for (var name : path) {
      value = value instanceof Map<?, ?> map ? map.get(name) : null;
    }
    return Optional.ofNullable(value);
  }

  String text(String... path) {
    return at(path)
        .map(Object::toString)
        .orElseThrow(
            () -> new AssertionError(this + ": expected a value at " + String.join(".", path)));
  }

  /// The objects of a list, none where there is no list.
  List<Manifest> list(String... path) {
    if (at(path).orElse(List.of()) instanceof List<?> items) {
      return items.stream()
          .map(item -> new Manifest(origin, assertInstanceOf(Map.class, item)))
          .toList();
    }
    throw new AssertionError(this + ": expected a list at " + String.join(".", path));
  }

  /// The Pod that this workload makes.
  Optional<Manifest> podSpec() {
    return at("spec", "template", "spec")
        .map(spec -> new Manifest(origin, assertInstanceOf(Map.class, spec)));
  }

  @Override
  public String toString() {
    return origin + at("kind").map(kind -> " " + kind).orElse("");
  }
}
