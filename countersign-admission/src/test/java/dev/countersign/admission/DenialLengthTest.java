package dev.countersign.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a person reads of a denial. Events are cut after 1,024 characters, and so is what stands in
/// front of a person who looks at a ReplicaSet.
class DenialLengthTest {
  private static final int MAX = 1_024;
  private static final String DIGEST = "@sha256:" + "1".repeat(64);
  private static final String REASON =
      "not signed by a key of policy \"production\" (found 1 signature, by SHA256:ab12…; wanted"
          + " release SHA256:cd34…): sign it with that key [d-7f3kq2ab]";

  @ParameterizedTest
  @ValueSource(strings = {"v0", "v1"})
  void tenDenialsFitAndEachNamesItsDecision(String dialect) throws Exception {
    var images = new ArrayList<String>();
    for (int i = 0; i < 10; i++) {
      images.add("registry.acme.example:5000/department/team/component-" + i + ":1.2.3" + DIGEST);
    }
    try (var opa = Opa.start()) {
      assertEquals(Optional.empty(), opa.compile(Template.rego(), dialect));

      var messages = opa.judge(question(images, REASON)).messages();

      assertEquals(10, messages.size());
      assertTrue(asKubectlShows(messages).length() <= MAX, () -> asKubectlShows(messages));
      assertEquals(
          "…t/team/component-0:1.2.3: not signed by a key [d-7f3kq2ab]",
          messages.getFirst().replaceFirst("^….*(t/team)", "…$1"));
    }
  }

  @Test
  void oneDenialIsToldInFull() throws Exception {
    try (var opa = Opa.start()) {
      assertEquals(Optional.empty(), opa.compile(Template.rego(), "v1"));

      var messages = opa.judge(question(List.of("ghcr.io/acme/app" + DIGEST), REASON)).messages();

      assertEquals(
          List.of("container c0: image \"ghcr.io/acme/app" + DIGEST + "\": " + REASON)
              .toString()
              .replace("c0", "\"c0\""),
          messages.toString());
    }
  }

  /// Whoever writes a Pod writes names of images, and whoever pushes one writes what is found
  /// there.
  @Test
  void longTextsOfStrangersLeaveRoomForTheDecisions() throws Exception {
    var images = new ArrayList<String>();
    for (int i = 0; i < 10; i++) {
      images.add("evil.example/" + "x".repeat(200) + i + ":v1");
    }
    var reason = "no signature counts for policy \"prod\" (" + "y".repeat(900) + ") [d-7f3kq2ab]";
    try (var opa = Opa.start()) {
      assertEquals(Optional.empty(), opa.compile(Template.rego(), "v1"));

      var messages = opa.judge(question(images, reason)).messages();

      assertTrue(asKubectlShows(messages).length() <= MAX, () -> asKubectlShows(messages));
      assertTrue(messages.stream().allMatch(one -> one.endsWith("[d-7f3kq2ab]")));
    }
  }

  private static String asKubectlShows(List<String> messages) {
    return "Error from server (Forbidden): admission webhook \"validation.gatekeeper.sh\" denied"
        + " the request: "
        + String.join("\n", messages.stream().map(one -> "[countersign] " + one).toList());
  }

  private static JsonObject question(List<String> images, String reason) {
    var containers = new ArrayList<JsonValue>();
    var items = new ArrayList<JsonValue>();
    for (var image : images) {
      containers.add(JsonObject.empty().with("name", "c" + containers.size()).with("image", image));
      items.add(
          JsonObject.empty()
              .with("key", "policy=default|ns=team-a|" + image)
              .with("error", reason));
    }
    var spec = JsonObject.empty().with("containers", new JsonArray(containers));
    var kind = JsonObject.empty().with("group", "").with("version", "v1").with("kind", "Pod");
    var review =
        JsonObject.empty()
            .with("kind", kind)
            .with("operation", "CREATE")
            .with("namespace", "team-a")
            .with("object", JsonObject.empty().with("spec", spec));
    var response = JsonObject.empty().with("items", new JsonArray(items)).with("systemError", "");
    var body =
        new String(
            JsonObject.empty().with("response", response).toBytes().toArray(),
            StandardCharsets.UTF_8);
    return JsonObject.empty()
        .with("review", review)
        .with("parameters", JsonObject.empty())
        .with("answer", JsonObject.empty().with("status", 200).with("body", body));
  }
}
