package dev.countersign.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What surrounds the template: who is asked about what, and how often.
class ManifestsTest {
  private static final Path GATEKEEPER = Path.of("../deploy/gatekeeper");
  private static final Set<String> SYSTEM =
      Set.of("countersign", "gatekeeper-system", "kube-node-lease", "kube-public", "kube-system");
  private static final Set<String> KINDS =
      Set.of(
          "/Pod",
          "/PodTemplate",
          "/ReplicationController",
          "apps/DaemonSet",
          "apps/Deployment",
          "apps/ReplicaSet",
          "apps/StatefulSet",
          "batch/CronJob",
          "batch/Job");

  @ParameterizedTest
  @ValueSource(strings = {"opt-in", "opt-out"})
  void noNamespaceIsMatchedTwice(String mode) throws IOException, FormatException {
    var constraints = read(mode + "/constraints.yaml");

    for (var namespace : namesIn(constraints)) {
      var matching = constraints.stream().filter(one -> matches(one, namespace)).toList();
      assertTrue(matching.size() <= 1, () -> namespace + " is matched by " + names(matching));
    }
  }

  @Test
  void optingOutLeavesOutTheSystemAlone() throws IOException, FormatException {
    var constraints = read("opt-out/constraints.yaml");

    for (var namespace : namesIn(constraints)) {
      var matched = constraints.stream().anyMatch(one -> matches(one, namespace));
      assertEquals(!SYSTEM.contains(namespace), matched, namespace);
    }
  }

  @Test
  void optingInMatchesNobodyElse() throws IOException, FormatException {
    for (var object : read("opt-in/constraints.yaml", "opt-in/assigns.yaml")) {
      assertTrue(!matches(object, "somebody-else"), () -> name(object));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"opt-in", "opt-out"})
  void whatIsJudgedIsPinned(String mode) throws IOException, FormatException {
    var constraints = read(mode + "/constraints.yaml");

    for (var assign : read(mode + "/assigns.yaml")) {
      for (var namespace : namesIn(constraints)) {
        var judged = constraints.stream().anyMatch(one -> matches(one, namespace));
        assertEquals(judged, matches(assign, namespace), name(assign) + " in " + namespace);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"opt-in", "opt-out"})
  void everyKindIsJudgedInEachOfTheThreeWays(String mode) throws IOException, FormatException {
    var actions = new ArrayList<String>();

    for (var constraint : read(mode + "/constraints.yaml")) {
      actions.add(constraint.getObject("spec").getString("enforcementAction"));
      assertEquals(KINDS, kinds(constraint), name(constraint));
      assertEquals("K8sCountersignImages", constraint.getString("kind"));
      assertEquals("Original", constraint.getObject("spec").getObject("match").getString("source"));
    }

    assertEquals(List.of("deny", "warn", "dryrun"), actions);
  }

  @ParameterizedTest
  @ValueSource(strings = {"opt-in", "opt-out"})
  void everyPlaceIsPinnedLastAndOnlyWhereThereIsAnImage(String mode)
      throws IOException, FormatException {
    var places = new TreeSet<String>();

    for (var assign : read(mode + "/assigns.yaml")) {
      var spec = assign.getObject("spec");
      var parameters = spec.getObject("parameters");
      var test = parameters.getArray("pathTests").getFirst().asObject("a test");
      assertEquals(spec.getString("location"), test.getString("subPath"));
      assertEquals("MustExist", test.getString("condition"));
      assertEquals(
          "countersign-mutate",
          parameters.getObject("assign").getObject("externalData").getString("provider"));
      assertTrue(name(assign).startsWith("zz-"));
      places.add(spec.getString("location"));
    }

    assertEquals(
        Set.of(
            "spec.containers[name:*].image",
            "spec.initContainers[name:*].image",
            "spec.ephemeralContainers[name:*].image",
            "spec.volumes[name:*].image.reference"),
        places);
  }

  @Test
  void providersAnswerBeforeTheWebhooksEnd() throws IOException, FormatException {
    var providers = read("provider.yaml");

    assertEquals(List.of("countersign", "countersign-mutate"), names(providers));
    for (var provider : providers) {
      assertEquals("externaldata.gatekeeper.sh/v1beta1", provider.getString("apiVersion"));
      assertEquals(1, provider.getObject("spec").getLong("timeout"));
      assertTrue(provider.getObject("spec").getString("url").startsWith("https://countersign."));
    }
  }

  /// Gatekeeper's `namespaces` and `excludedNamespaces`; globs are not used.
  private static boolean matches(JsonObject object, String namespace) {
    try {
      var match = object.getObject("spec").getObject("match");
      var named = texts(match.findArray("namespaces"));
      return (named.isEmpty() || named.contains(namespace))
          && !texts(match.findArray("excludedNamespaces")).contains(namespace);
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }

  private static Set<String> namesIn(List<JsonObject> objects) throws FormatException {
    var names = new TreeSet<>(SYSTEM);
    names.add("somebody-else");
    for (var object : objects) {
      var match = object.getObject("spec").getObject("match");
      names.addAll(texts(match.findArray("namespaces")));
      names.addAll(texts(match.findArray("excludedNamespaces")));
    }
    return names;
  }

  private static Set<String> kinds(JsonObject constraint) throws FormatException {
    var kinds = new TreeSet<String>();
    for (var entry : constraint.getObject("spec").getObject("match").getArray("kinds")) {
      for (var group : texts(entry.asObject("kinds").getArray("apiGroups"))) {
        for (var kind : texts(entry.asObject("kinds").getArray("kinds"))) {
          kinds.add(group + "/" + kind);
        }
      }
    }
    return kinds;
  }

  private static List<String> texts(List<JsonValue> values) throws FormatException {
    var texts = new ArrayList<String>();
    for (var value : values) {
      texts.add(value.asString("a text"));
    }
    return texts;
  }

  private static List<String> names(List<JsonObject> objects) {
    return objects.stream().map(ManifestsTest::name).toList();
  }

  private static String name(JsonObject object) {
    try {
      return object.getObject("metadata").getString("name");
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }

  private static List<JsonObject> read(String... files) throws IOException, FormatException {
    var objects = new ArrayList<JsonObject>();
    for (var file : files) {
      assertTrue(Files.exists(GATEKEEPER.resolve(file)), file);
      for (var document : Yaml.readAll(GATEKEEPER.resolve(file))) {
        objects.add(document.asObject("an object"));
      }
    }
    return objects;
  }
}
