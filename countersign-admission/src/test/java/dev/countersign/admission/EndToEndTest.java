package dev.countersign.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.testkit.FakeCa;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The shipped Rego under the real OPA asks a running `countersign serve`, over mutual TLS, about
/// images in a real registry that the real cosign 2 and 3 signed: none that is unsigned is
/// admitted, and none that is signed is refused.
class EndToEndTest {
  // Verdicts, not times, are looked at: a slow machine must not make one of them.
  private static final int SECONDS = 20;

  @TempDir static Path folder;
  private static Webhook webhook;
  private static SignedImages images;
  private static ServeProcess provider;
  private static List<Case> cases;

  @BeforeAll
  static void start() throws Exception {
    webhook = Webhook.in(folder, FakeCa.create());
    images = SignedImages.push(folder);
    cases = images.cases();
    var flags = new ArrayList<>(webhook.serverFlags());
    flags.add("--key=release.pub");
    flags.add("--allow-http-registry");
    flags.add("--deadline=" + (SECONDS - 1) + "s");
    provider = ServeProcess.start(folder, flags);
  }

  @AfterAll
  static void stop() {
    if (provider != null) {
      provider.close();
    }
    if (images != null) {
      images.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"v0", "v1"})
  void everyObjectGetsItsVerdict(String dialect) throws IOException {
    try (var opa = webhook.asking(provider.port(), dialect, SECONDS)) {
      var wrong = Suite.differences(opa, cases, cases.size());

      assertEquals(List.of(), wrong, () -> wrong.size() + " of " + cases.size() + " objects");
    }
  }

  @Test
  void theSeedsTemplateDeniesInTheSeedsWords() throws Exception {
    var rego = SeedTemplatesTest.rego(Manifest.DEPLOY.resolve("seed/external-data-template.yaml"));
    var unsigned = images.reference("unsigned");
    try (var opa = webhook.asking(provider.port(), "/validate", rego, "v1", SECONDS)) {
      for (var signed : List.of("two", "three", "index-three", "duplicated")) {
        assertEquals(List.of(), opa.judge(Pods.of(images.reference(signed))).messages(), signed);
      }
      for (var refused : List.of("stranger", "copied", "payload", "signature", "index-unsigned")) {
        assertEquals(1, opa.judge(Pods.of(images.reference(refused))).messages().size(), refused);
      }
      assertEquals(
          List.of(
              """
              invalid response: {"errors": [["%1$s", "%1$s_invalid"]], "responses": [], \
              "status_code": 200, "system_error": ""}\
              """
                  .formatted(unsigned)),
          opa.judge(Pods.of(unsigned)).messages());
    }
  }

  @Test
  void whoShowsNoCertificateGetsNoAnswer() throws IOException {
    var signed = cases.getFirst();
    try (var opa = webhook.strangerAsking(provider.port(), webhook.ca())) {
      var verdict = opa.judge(signed.question());

      assertEquals(signed.keys().size(), verdict.messages().size(), verdict::toString);
      for (var message : verdict.messages()) {
        assertTrue(message.contains("not decided: failed to send external data request"), message);
      }
    }
  }

  @Test
  void theSuiteIsLargeAndItsObjectsHaveNames() {
    assertTrue(cases.size() >= 150, () -> cases.size() + " objects");
    assertEquals(cases.size(), new HashSet<>(cases.stream().map(Case::name).toList()).size());
    var admitted = cases.stream().filter(one -> one.refused().isEmpty()).count();
    System.out.println(
        cases.size() + " objects end to end, " + admitted + " of them to be admitted");
  }
}
