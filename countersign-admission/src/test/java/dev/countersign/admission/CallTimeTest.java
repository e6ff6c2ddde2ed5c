package dev.countersign.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.admission.FakeProvider.Answer;
import dev.countersign.cli.interop.Desk;
import dev.countersign.cli.interop.Tool;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Fault;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.TestImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// How long the calls for one object take where the template asks, one after another as Gatekeeper
/// does, under a Provider `timeout` of 1 s; `docs/admission.md` has the figures that this prints.
/// Two calls leave the validating webhook time to deny within its 3 s, three do not.
class CallTimeTest {
  private static final Duration TWO_CALLS = Duration.ofMillis(2500);
  private static final Duration STALLED = Duration.ofMillis(1500);
  private static final Duration WEBHOOK = Duration.ofSeconds(3);
  private static final int PROVIDER_TIMEOUT = 1;

  @TempDir static Path folder;
  private static InProcessRegistry registry;
  private static Webhook webhook;
  private static String image;

  @BeforeAll
  static void sign() throws Exception {
    Opa.start().close(); // before all that takes time, where there is none
    webhook = Webhook.in(folder, FakeCa.create());
    registry = InProcessRegistry.start();
    var pushed = TestImage.oci("signed");
    pushed.pushTo(registry, "acme/app", "v1");
    image = registry.hostAndPort() + "/acme/app@" + pushed.digest();
    var desk = Desk.at(folder);
    desk.makeKeys(Tool.OURS, "cosign");
    desk.sign(Tool.OURS, "cosign", image).succeeded();
  }

  @AfterAll
  static void stop() {
    if (registry != null) {
      registry.close();
    }
  }

  @Test
  void aProviderAdmitsUntilItIsStoppedOrKilledAndThreeCallsOutlastTheWebhook() throws Exception {
    try (var provider = serve();
        var connected = webhook.asking(provider.port(), "v1", PROVIDER_TIMEOUT)) {
      var up = Calls.make(provider.port(), image, image);
      var before = connected.judge(Pods.of(image));
      provider.freeze();
      var after = connected.judge(Pods.of(image));
      var stopped = Calls.make(provider.port(), image, image);
      var three = Calls.make(provider.port(), image, image, image);
      provider.kill();
      var killed = Calls.make(provider.port(), image, image);

      assertEquals(List.of(List.of(), List.of()), up.messages);
      up.endWithin("up", TWO_CALLS);
      assertEquals(List.of(), before.messages());
      assertEquals(1, after.messages().size());
      stopped.areRefusals();
      stopped.endWithin("stopped (SIGSTOP)", TWO_CALLS);
      three.areRefusals();
      three.print("stopped (SIGSTOP)");
      assertTrue(three.took.compareTo(WEBHOOK) >= 0, three.took::toString);
      killed.areRefusals();
      killed.endWithin("killed", TWO_CALLS);
    }
  }

  @Test
  void aProviderBehindASlowRegistryRefuses() throws Exception {
    // Slower than any number of seconds: silent until it is released.
    var slow = new Fault.Stall();
    registry.failAll(request -> true, slow);
    try (var provider = serve()) {
      var sameKey = Calls.make(provider.port(), image, image, image);
      var otherKeys = Calls.make(provider.port(), other("one"), other("two"));

      sameKey.areRefusals();
      sameKey.endWithin("behind a silent registry", STALLED);
      otherKeys.areRefusals();
      otherKeys.endWithin("behind a silent registry, two keys", TWO_CALLS);
    } finally {
      slow.release();
      registry.heal();
    }
  }

  @Test
  void aProviderThatAnswersAfter5SecondsRefuses() throws Exception {
    try (var provider = FakeProvider.start(webhook.ca(), new Answer.Yes(Duration.ofSeconds(5)))) {
      assertRefusesInTime("slow by 5 s, then a yes", provider.port());
    }
  }

  static List<Answer.Text> nonsense() {
    return List.of(
        new Answer.Text(429, "Too Many Requests"),
        new Answer.Text(429, ""),
        new Answer.Text(503, "<html>upstream is away</html>"),
        new Answer.Text(200, "<html>please log in</html>"),
        new Answer.Text(200, "{\"response\":{\"items\":[{\"key\":"),
        new Answer.Text(200, "{}"),
        new Answer.Text(200, "null"),
        new Answer.Text(200, "\0\1\2"));
  }

  @ParameterizedTest
  @MethodSource("nonsense")
  void aProviderThatAnswersNonsenseRefuses(Answer.Text text) throws Exception {
    try (var provider = FakeProvider.start(webhook.ca(), text)) {
      var said = text.body().isEmpty() ? "nothing" : text.body().replaceAll("[\0-\37]", "?");
      assertRefusesInTime("answers " + text.status() + " " + said, provider.port());
    }
  }

  private static ServeProcess serve() throws IOException, InterruptedException {
    var flags = new ArrayList<>(webhook.serverFlags());
    flags.add("--key=cosign.pub");
    flags.add("--allow-http-registry");
    return ServeProcess.start(folder, flags);
  }

  /// The signed image in another repository.
  private static String other(String repository) {
    return image.replace("/acme/app@", "/acme/" + repository + "@");
  }

  private static void assertRefusesInTime(String situation, int port) throws IOException {
    var calls = Calls.make(port, image, image);

    calls.areRefusals();
    calls.endWithin(situation, TWO_CALLS);
  }

  /// Calls for one object, one after another.
  ///
  /// @param messages the violations of each call
  private record Calls(List<List<String>> messages, Duration took) {
    /// @param images the one that each call is for
    static Calls make(int port, String... images) throws IOException {
      var messages = new ArrayList<List<String>>();
      var took = Duration.ZERO;
      try (var opa = webhook.asking(port, "v1", PROVIDER_TIMEOUT)) {
        for (var one : images) {
          var verdict = opa.judge(Pods.of(one));
          assertEquals(1, verdict.calls().size());
          messages.add(verdict.messages());
          took = took.plus(verdict.took());
        }
      }
      return new Calls(messages, took);
    }

    void areRefusals() {
      for (var one : messages) {
        assertEquals(1, one.size(), one::toString);
        assertTrue(one.getFirst().startsWith("container \"app\": image "), one::toString);
      }
    }

    void endWithin(String situation, Duration bound) {
      print(situation);
      assertTrue(took.compareTo(bound) <= 0, () -> situation + ": " + took);
    }

    private void print(String situation) {
      var seconds = String.format(Locale.ROOT, "%.2f", took.toMillis() / 1000.0);
      System.out.println(
          "provider " + situation + ": " + messages.size() + " calls, " + seconds + " s");
    }
  }
}
