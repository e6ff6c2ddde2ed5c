package dev.countersign.signature;

import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Who built an image from which sources, as a builder says ([SLSA
/// v0.2](https://slsa.dev/spec/v0.2/provenance), [v1](https://slsa.dev/spec/v1.0/provenance)).
///
/// Sources are what the build was asked to build. Where the builder names that, it is that alone:
/// GitHub's workflow, BuildKit's and GitLab's source. Else it is each git repository among the
/// inputs; of [Tekton Chains](https://tekton.dev/docs/chains/slsa-provenance/) without those that
/// its pipeline and tasks were read from.
///
/// @param builder its id, maybe empty
/// @param sources as the builder wrote them
public record Provenance(String builder, List<Source> sources) {
  /// The predicate types of the two versions.
  public static final String V02 = "https://slsa.dev/provenance/v0.2";

  public static final String V1 = "https://slsa.dev/provenance/v1";

  private static final List<String> TEKTON =
      List.of("tekton.dev/", "https://tekton.dev/", "https://chains.tekton.dev/");

  public Provenance {
    sources = List.copyOf(sources);
  }

  /// One source.
  ///
  /// @param ref empty if the URL has it, or if nobody says
  public record Source(String url, String ref) {
    private static Source of(JsonObject dependency) throws FormatException {
      return new Source(dependency.findString("uri").orElse(""), "");
    }
  }

  /// Reads what `statement` says.
  ///
  /// @throws FormatException if that is no provenance of either version
  public static Provenance of(Statement statement) throws FormatException {
    var predicate = JsonValue.parseObject(statement.predicate());
    return switch (statement.predicateType()) {
      case V02 -> ofV02(predicate);
      case V1 -> ofV1(predicate);
      default ->
          throw new FormatException("expected SLSA provenance, got " + statement.predicateType());
    };
  }

  private static Provenance ofV02(JsonObject predicate) throws FormatException {
    var definition = configSource(predicate);
    var type = predicate.findString("buildType").orElse("");
    var materials = objects(predicate.findArray("materials"));
    return new Provenance(
        builder(predicate),
        TEKTON.stream().anyMatch(type::startsWith)
            ? gitSources(without(materials, definitions(predicate)))
            : definition.findString("uri").filter(uri -> !uri.isEmpty()).isPresent()
                ? List.of(Source.of(definition))
                : gitSources(materials));
  }

  private static JsonObject configSource(JsonObject from) throws FormatException {
    return from.findObject("invocation")
        .orElse(JsonObject.empty())
        .findObject("configSource")
        .orElse(JsonObject.empty());
  }

  /// Where Tekton read its pipeline and its tasks from.
  private static List<JsonObject> definitions(JsonObject predicate) throws FormatException {
    var definitions = new ArrayList<JsonObject>();
    definitions.add(configSource(predicate));
    var config = predicate.findObject("buildConfig").orElse(JsonObject.empty());
    for (var task : objects(config.findArray("tasks"))) {
      definitions.add(configSource(task));
    }
    return definitions;
  }

  private static List<JsonObject> without(
      List<JsonObject> materials, List<JsonObject> definitions) {
    return materials.stream()
        .filter(material -> definitions.stream().noneMatch(one -> isSame(one, material)))
        .toList();
  }

  private static boolean isSame(JsonObject one, JsonObject other) {
    return one.find("uri").equals(other.find("uri"))
        && one.find("digest").equals(other.find("digest"));
  }

  private static Provenance ofV1(JsonObject predicate) throws FormatException {
    var run = predicate.findObject("runDetails").orElse(JsonObject.empty());
    var definition = predicate.findObject("buildDefinition").orElse(JsonObject.empty());
    return new Provenance(builder(run), sourcesOfV1(definition));
  }

  private static List<Source> sourcesOfV1(JsonObject definition) throws FormatException {
    var dependencies = objects(definition.findArray("resolvedDependencies"));
    if (definition.findString("buildType").orElse("").startsWith("https://tekton.dev/")) {
      return gitSources(dependencies.stream().filter(Provenance::isInput).toList());
    }
    var parameters = definition.findObject("externalParameters").orElse(JsonObject.empty());
    var workflow = parameters.find("workflow");
    if (workflow.isPresent()) {
      var named = workflow.get().asObject("a workflow");
      return List.of(new Source(named.getString("repository"), named.findString("ref").orElse("")));
    }
    for (var name : List.of("source", "configSource")) {
      var source = parameters.find(name);
      if (source.isPresent()) {
        return List.of(
            source.get() instanceof JsonValue.JsonString text
                ? new Source(text.text(), "")
                : Source.of(source.get().asObject(name)));
      }
    }
    return gitSources(dependencies);
  }

  /// Others are where the pipeline and its tasks were read from, and images.
  private static boolean isInput(JsonObject dependency) {
    return dependency.find("name").orElse(new JsonValue.JsonNull())
            instanceof JsonValue.JsonString name
        && name.text().startsWith("input");
  }

  private static String builder(JsonObject from) throws FormatException {
    return from.findObject("builder").orElse(JsonObject.empty()).findString("id").orElse("");
  }

  private static List<Source> gitSources(List<JsonObject> inputs) throws FormatException {
    var sources = new ArrayList<Source>();
    for (var input : inputs) {
      if (isGit(input)) {
        sources.add(Source.of(input));
      }
    }
    return sources;
  }

  private static boolean isGit(JsonObject input) throws FormatException {
    var hashes = input.findObject("digest").orElse(JsonObject.empty()).members().keySet();
    return input.findString("uri").orElse("").startsWith("git+")
        || Stream.of("sha1", "gitCommit").anyMatch(hashes::contains);
  }

  private static List<JsonObject> objects(List<JsonValue> items) throws FormatException {
    var objects = new ArrayList<JsonObject>();
    for (var item : items) {
      objects.add(item.asObject("an object"));
    }
    return objects;
  }
}
