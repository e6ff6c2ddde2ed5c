package dev.countersign.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.interop.Peer;
import dev.countersign.testkit.Fault;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.LoggedRequest;
import dev.countersign.testkit.Request;
import dev.countersign.testkit.TestImage;
import dev.countersign.testkit.TestIndex;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Several images in one command: side by side, told in their order, each whole or as it was.
class SignSeveralTest {
  private static final String PASSWORD = "secret";

  @TempDir static Path keys;
  @TempDir Path folder;
  private InProcessRegistry registry;
  private String one;
  private String two;
  private String three;

  @BeforeAll
  static void makeKey() {
    run(keys, PASSWORD, "generate-key-pair").succeeded();
  }

  @BeforeEach
  void start() throws IOException {
    registry = InProcessRegistry.start();
    one = push("one");
    two = push("two");
    three = push("three");
    registry.forgetRequests();
  }

  private String push(String name) {
    var content = TestImage.oci(name);
    content.pushTo(registry, name, "v1");
    return registry.hostAndPort() + '/' + name + '@' + content.digest();
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void theOthersAreStoredWhileOneWaitsAndAllAreToldInOrder() throws Exception {
    var stall = new Fault.Stall();
    registry.failNext(request -> isUploadTo("one", request), stall);
    var others = new CountDownLatch(2);
    registry.afterManifestPut(others::countDown);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = threads.submit(() -> sign(one, two, three));

      var areStored = others.await(20, TimeUnit.SECONDS);
      stall.release();
      assertTrue(areStored, "the others are stored meanwhile");

      assertEquals(
          """
          Pushing signature to: %1$s/one
          Pushing signature to: %1$s/two
          Pushing signature to: %1$s/three
          Signed in bundle form, which cosign 3 and later read.
          """
              .formatted(registry.hostAndPort()),
          running.get().succeeded().stderr());
    }
  }

  @Test
  void oneThatFailsIsToldInItsPlaceAndTheOthersAreWhole() {
    registry.failAll(request -> isUploadTo("two", request), new Fault.Status(400));

    var run = sign(one, two, three);

    assertEquals(1, run.exit(), run::toString);
    var told = run.stderr().lines().toList();
    assertEquals(5, told.size(), run::toString);
    assertTrue(told.get(1).endsWith("/two"), run::toString);
    assertTrue(told.get(2).startsWith("Error: " + two + ": "), run::toString);
    assertTrue(told.get(3).endsWith("/three"), run::toString);
    assertEquals("hint: 2 of 3 images are done; run the command again for the others", told.get(4));
    assertEquals(List.of(0, 10, 0), Stream.of(one, two, three).map(this::verify).toList());

    registry.heal();
    sign(one, two, three).succeeded();
    assertEquals(List.of(0, 0, 0), Stream.of(one, two, three).map(this::verify).toList());
  }

  @Test
  void theFirstThatFailedDecidesInTagFormToo() {
    registry.failAll(request -> isUploadTo("one", request), new Fault.Status(400));

    var run = sign("--new-bundle-format=false", one, two);

    assertEquals(1, run.exit(), run::toString);
    assertEquals(List.of(10, 0), Stream.of(one, two).map(this::verify).toList());
  }

  @Test
  void attestationsToo() throws IOException {
    Files.writeString(folder.resolve("predicate.json"), "{}");
    registry.failAll(request -> isUploadTo("one", request), new Fault.Status(400));

    var run = sign("attest", List.of("--predicate", "predicate.json", one, two));

    assertEquals(1, run.exit(), run::toString);
    assertTrue(run.stderr().contains("Error: " + one + ": "), run::toString);
    assertTrue(run.stderr().contains("hint: 1 of 2 images"), run::toString);
  }

  @Test
  void anIndexStaysUnsignedWhenAnImageThatItListsFails() {
    var child = TestImage.oci("child");
    var index = TestIndex.of(child);
    index.pushTo(registry, "index", "v1");
    var name = registry.hostAndPort() + "/index@" + index.digest();
    registry.failAll(
        request -> request.isReferrers() && request.path().endsWith(child.digest()),
        new Fault.Status(400));

    var run = sign("--recursive", name, one);

    assertEquals(1, run.exit(), run::toString);
    registry.heal();
    assertEquals(List.of(10, 0), Stream.of(name, one).map(this::verify).toList());
  }

  /// Two names of one place: none may overwrite what the other wrote a moment before.
  @Test
  void imagesThatShareAPlaceAreStoredAfterEachOther() {
    TestImage.oci("one").pushTo(registry, "again", "v1");
    var again = one.replace("/one@", "/again@");
    var elsewhere =
        Map.of(
            "COSIGN_PASSWORD",
            PASSWORD,
            "COSIGN_REPOSITORY",
            registry.hostAndPort() + "/signatures");
    registry.failAll(request -> isUploadTo("signatures", request), new Fault.Status(400));

    var run = sign(elsewhere, one, again);

    assertEquals(1, run.stderr().lines().filter(line -> line.startsWith("Pushing")).count());
  }

  @Test
  void aWrongPasswordWritesNothing() {
    var run = run(folder, "wrong", words("sign", List.of("--bundle", "b.json", one, two)));

    assertEquals(1, run.exit(), run::toString);
    assertTrue(run.stderr().contains("wrong password"), run::toString);
    assertNothingWritten();
  }

  @Test
  void aFileThatCannotBeWrittenLeavesAllImagesUnsigned() throws IOException {
    Files.createDirectory(
        folder.resolve("b.json-" + two.substring(two.indexOf('@') + 1).replace(':', '-')));

    var run = sign("--bundle", "b.json", one, two);

    assertEquals(1, run.exit(), run::toString);
    assertNothingWritten();
  }

  private void assertNothingWritten() {
    assertFalse(
        registry.requests().stream().anyMatch(logged -> !logged.request().isRead()),
        () -> registry.requests().toString());
  }

  @Test
  void theRegistryIsAskedWhileAPersonTypesThePassword() throws Exception {
    var stall = new Fault.Stall();
    registry.failNext(Request::isManifest, stall);
    var stderr = new ByteArrayOutputStream();

    int exitCode = new CommandLine(typing(stall, stderr)).run(List.of(words("sign", List.of(one))));

    assertEquals(0, exitCode, () -> stderr.toString(UTF_8));
  }

  private World typing(Fault.Stall stall, ByteArrayOutputStream stderr) {
    var keyboard =
        new Keyboard() {
          @Override
          public Source source() {
            return Source.PERSON;
          }

          @Override
          public char[] readSecret(String prompt) throws IOException {
            try {
              stall.awaitArrival();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            stall.release();
            return PASSWORD.toCharArray();
          }
        };
    return new World(
        Map.of("HOME", folder.toString()),
        folder,
        InputStream.nullInputStream(),
        new PrintStream(new ByteArrayOutputStream(), false, UTF_8),
        new PrintStream(stderr, false, UTF_8),
        keyboard,
        work -> {});
  }

  @Test
  void aFreshImageCostsTwelveRequests() {
    sign(one, two, three).succeeded();

    assertEquals(
        36,
        registry.requests().size(),
        () -> registry.requests().stream().map(LoggedRequest::path).toList().toString());
  }

  private static boolean isUploadTo(String repository, Request request) {
    return request.path().startsWith("/v2/" + repository + "/") && request.isUpload();
  }

  private int verify(String image) {
    return run(
            folder,
            PASSWORD,
            "verify",
            "--insecure-ignore-tlog",
            "--key",
            keys.resolve("cosign.pub").toString(),
            image)
        .exit();
  }

  private Peer.Run sign(String... rest) {
    return sign("sign", List.of(rest));
  }

  private Peer.Run sign(String command, List<String> rest) {
    return run(folder, PASSWORD, words(command, rest));
  }

  private Peer.Run sign(Map<String, String> environment, String... images) {
    return OurCommand.runIn(folder, environment, words("sign", List.of(images)));
  }

  private static String[] words(String command, List<String> rest) {
    var words = new ArrayList<>(List.of(command, "--key", keys.resolve("cosign.key").toString()));
    words.addAll(rest);
    return words.toArray(String[]::new);
  }

  private static Peer.Run run(Path folder, String password, String... words) {
    return OurCommand.runIn(
        folder, Map.of("COSIGN_PASSWORD", password, "HOME", folder.toString()), words);
  }
}
