package dev.countersign.cli.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.soak.ServeProcess.Launch;
import dev.countersign.key.SoftwareKey;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Identity;
import dev.countersign.testkit.Identity.KeyForm;
import dev.countersign.testkit.InProcessRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Several replicas of the service, real processes, asked as Gatekeeper does: a new connection for
/// each request.
class ReplicasTest {
  @TempDir private Path folder;
  private final FakeCa servers = FakeCa.create();
  private final SSLContext tls = Identity.clientContext(servers);
  private final SoftwareKey key = SoftwareKey.generate(new SecureRandom());
  private InProcessRegistry registry;

  @BeforeEach
  void mount() throws Exception {
    registry = InProcessRegistry.start();
    var server = servers.loopbackServer();
    Files.writeString(folder.resolve("tls.crt"), server.chainPem());
    Files.writeString(folder.resolve("tls.key"), server.keyPem(KeyForm.PKCS8));
    Files.writeString(folder.resolve("cosign.pub"), key.publicKey().toPem());
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private ServeProcess serve() throws IOException, InterruptedException {
    return ServeProcess.start(
        Launch.in(folder),
        "--tls-cert=tls.crt",
        "--tls-key=tls.key",
        "--drain=2s",
        "--allow-http-registry");
  }

  private List<String> images(int count) throws Exception {
    var images = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      var repository = "acme/app-" + i;
      var digest = new Images(registry).signed(repository, key);
      images.add(registry.hostAndPort() + '/' + repository + '@' + digest);
    }
    registry.forgetRequests();
    return images;
  }

  /// Asks whose turn it is, who says yes or that it is not done yet.
  private void ask(Replicas replicas, String image) throws Exception {
    try (var client = WebhookClient.connect(tls, replicas.next().port())) {
      var answer = client.ask("/v1/verify", List.of(image));
      var item = answer.item(image);
      assertTrue(
          item.isPresent()
              ? item.get().find("value").isPresent()
              : answer.systemError().contains(": still checking"),
          () -> answer.response().toString());
    }
  }

  @Test
  void losesNoRequestInARollingRestart() throws Exception {
    var images = images(3);
    var isOver = new AtomicBoolean();
    var answered = new AtomicInteger();
    try (var replicas = Replicas.start(2, this::serve);
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Integer> caller =
          () -> {
            for (int i = 0; !isOver.get(); i++) {
              ask(replicas, images.get(i % images.size()));
              answered.incrementAndGet();
            }
            return 0;
          };
      var calling = List.of(callers.submit(caller), callers.submit(caller));

      List<Integer> codes;
      try {
        codes = replicas.restart();
      } finally {
        isOver.set(true);
      }

      for (var one : calling) {
        one.get();
      }
      assertEquals(List.of(0, 0), codes);
      assertTrue(answered.get() > 20, answered::toString);
    }
  }
}
