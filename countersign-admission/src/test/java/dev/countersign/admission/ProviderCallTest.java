package dev.countersign.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.testkit.FakeCa;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The template and `regotest`'s client against a provider that answers over TLS 1.3 and wants to
/// see Gatekeeper's certificate.
class ProviderCallTest {
  private static final String IMAGE = "ghcr.io/acme/app@sha256:" + "1".repeat(64);

  private final FakeCa ca = FakeCa.create();

  @TempDir private Path folder;
  private Webhook webhook;
  private FakeProvider provider;

  @BeforeEach
  void start() throws IOException {
    webhook = Webhook.in(folder, ca);
    provider = FakeProvider.start(ca, new FakeProvider.Answer.Yes(Duration.ZERO));
  }

  @AfterEach
  void stop() {
    provider.close();
  }

  @Test
  void aPositiveAnswerAdmits() throws IOException {
    try (var opa = webhook.asking(provider.port(), "v1", 10)) {
      var verdict = opa.judge(Pods.of(IMAGE));

      assertEquals(List.of(), verdict.messages());
      assertEquals(List.of(List.of("policy=default|ns=team-a|" + IMAGE)), verdict.calls());
    }
  }

  @Test
  void withoutACertificateNothingIsAdmitted() throws IOException {
    try (var opa = webhook.strangerAsking(provider.port(), ca)) {
      assertRefused(opa.judge(Pods.of(IMAGE)), "failed to send external data request");
    }
  }

  @Test
  void aProviderOfAnotherAuthorityIsNotBelieved() throws IOException {
    try (var opa = webhook.strangerAsking(provider.port(), FakeCa.create())) {
      assertRefused(opa.judge(Pods.of(IMAGE)), "certificate signed by unknown authority");
    }
  }

  private static void assertRefused(Opa.Verdict verdict, String why) {
    assertEquals(1, verdict.messages().size());
    var message = verdict.messages().getFirst();
    assertTrue(message.contains("not decided: ") && message.contains(why), message);
  }
}
