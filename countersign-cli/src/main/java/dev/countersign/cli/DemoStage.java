package dev.countersign.cli;

import dev.countersign.format.FormatException;
import dev.countersign.provider.Server;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Identity;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.TestImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// One run of the demo, on a registry and in a folder that the caller removes.
final class DemoStage {
  private static final String SIGNED = "shop/web";
  private static final String UNSIGNED = "shop/intruder";
  private static final String TAG = "1.0";

  private final World user;
  private final PrintStream out;
  private final Path folder;
  private final InProcessRegistry registry;

  DemoStage(World world, Path folder, InProcessRegistry registry) {
    var environment = new HashMap<>(world.environment());
    environment.keySet().removeIf(name -> name.startsWith("COSIGN_"));
    environment.remove("COUNTERSIGN_REQUIRE_TLOG");
    environment.put("COSIGN_PASSWORD", "demo");
    this.out = world.stdout();
    this.folder = folder;
    this.registry = registry;
    this.user =
        new World(
            environment,
            folder,
            InputStream.nullInputStream(),
            out,
            out,
            world.keyboard(),
            world.stop());
  }

  void play(boolean keep) throws Failure, FormatException, IOException {
    say("A registry in this process, with two images, and a key:");
    TestImage.oci("web").pushTo(registry, SIGNED, TAG);
    TestImage.oci("intruder").pushTo(registry, UNSIGNED, TAG);
    run(ExitCode.DONE, "generate-key-pair");

    say("One of the images is signed:");
    run(ExitCode.DONE, "sign", "--key", "cosign.key", image(SIGNED) + "@" + digest());
    run(ExitCode.DONE, "verify", "--key", "cosign.pub", tagged(SIGNED));

    say("Nobody signed the other one:");
    run(ExitCode.NO_SIGNATURE, "verify", "--key", "cosign.pub", tagged(UNSIGNED));

    say("The service that Gatekeeper asks, with a certificate made for this demo:");
    var ca = FakeCa.create();
    write(ca);
    try (var server = serve()) {
      askAsGatekeeper(ca, server);
      if (keep) {
        keep(server);
      }
    }
    say("All as it should be.");
  }

  private void write(FakeCa ca) throws IOException {
    var identity = ca.loopbackServer();
    Files.writeString(folder.resolve("ca.crt"), ca.certificatePem());
    Files.writeString(folder.resolve("tls.crt"), identity.chainPem());
    Files.writeString(folder.resolve("tls.key"), identity.keyPem(Identity.KeyForm.PKCS8));
  }

  private Server serve() throws Failure, FormatException, IOException {
    var words =
        List.of(
            "--listen=127.0.0.1:0",
            "--admin-listen=127.0.0.1:0",
            "--tls-cert=tls.crt",
            "--tls-key=tls.key",
            "--key=cosign.pub",
            "--deadline=10s",
            "--allow-http-registry");
    show("serve", words);
    var server = Serve.start(new ArgumentParser(new Serve().usage(), user).parse(words), user);
    out.println("Ready: HTTPS on port " + server.port() + ", admin on " + server.adminPort());
    return server;
  }

  private void askAsGatekeeper(FakeCa ca, Server server)
      throws Failure, FormatException, IOException {
    var gatekeeper = new DemoGatekeeper(Identity.clientContext(ca), server.port());
    say("What Gatekeeper asks for these two Pods over TLS, and what the cluster's user sees:");
    var admitted = gatekeeper.review(tagged(SIGNED));
    out.println("$ kubectl run web --image=" + tagged(SIGNED));
    out.println(admitted.text());
    var denied = gatekeeper.review(tagged(UNSIGNED));
    out.println("$ kubectl run intruder --image=" + tagged(UNSIGNED));
    out.println(denied.text());
    expect(admitted.isAdmitted(), "the signed image to be admitted");
    expect(!denied.isAdmitted(), "the unsigned image to be denied");
  }

  private void keep(Server server) throws Failure {
    var stopped = new CountDownLatch(1);
    user.stop().onStop(stopped::countDown);
    say("It goes on until Ctrl-C. To try:");
    out.println(
        "curl --cacert %s/ca.crt https://127.0.0.1:%d/v1/verify -d '%s'"
            .formatted(folder, server.port(), DemoGatekeeper.question(tagged(SIGNED))));
    out.println("countersign verify --key %s/cosign.pub %s".formatted(folder, tagged(SIGNED)));
    out.flush();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted");
    }
  }

  /// Runs a subcommand as the command line does.
  private void run(int expected, String name, String... words) throws Failure {
    show(name, List.of(words));
    var line = new ArrayList<>(List.of(name));
    line.addAll(List.of(words));
    int exitCode = new CommandLine(user).run(line);
    expect(exitCode == expected, name + " to end with " + expected + ", got " + exitCode);
  }

  private void show(String name, List<String> words) {
    out.println(("$ countersign " + name + " " + String.join(" ", words)).strip());
  }

  private void say(String text) {
    out.println("\n# " + text);
  }

  private static void expect(boolean isSo, String what) throws Failure {
    if (!isSo) {
      throw new Failure("expected " + what);
    }
  }

  private String image(String repository) {
    return registry.hostAndPort() + '/' + repository;
  }

  private String tagged(String repository) {
    return image(repository) + ':' + TAG;
  }

  private String digest() {
    return registry.digest(SIGNED, TAG).orElseThrow();
  }
}
