package dev.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.interop.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// The command as the sigstore-conformance suite calls it, over its cases: each with the file and
/// with its digest. What each refusal is for is held by the library's test of the same cases.
class VerifyBundleTest {
  private static final String SUBJECT =
      "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";
  private static final String ISSUER = "https://token.actions.githubusercontent.com";

  /// Another world is there: no network can be asked in it, and no home folder.
  private static final Map<String, String> NOWHERE =
      Map.of(
          "HTTPS_PROXY", "http://127.0.0.1:1",
          "HTTP_PROXY", "http://127.0.0.1:1",
          "HOME", "/nonexistent");

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> judgesEachCase() throws IOException {
    var suite = suite();
    try (var cases = Files.list(suite.resolve("cases"))) {
      return cases.sorted().toList().stream()
          .flatMap(one ->
              Stream.of(artifact(one), digest(artifact(one)))
                  .map(artifact ->
                      DynamicTest.dynamicTest(
                          one.getFileName() + " with " + artifact,
                          () -> assertJudged(one, artifact))));
    }
  }

  private void assertJudged(Path one, String artifact) throws IOException {
    var run = verify(one, artifact);

    var isWrong = String.valueOf(one.getFileName()).endsWith("_fail");
    assertEquals(isWrong ? 1 : 0, run.exit(), run::toString);
    assertEquals(isWrong, !run.stderr().equals("Verified OK\n"), run::toString);
    assertEquals("", run.stdout());
  }

  @Test
  void asksForSomebodyAndForTrust() throws IOException {
    var one = suite().resolve("cases/happy-path-v0.1");
    var bundle = one.resolve("bundle.sigstore.json").toString();

    assertRefused("expected --key or --certificate-identity", "--bundle", bundle);
    assertRefused(
        "--certificate-oidc-issuer or --certificate-oidc-issuer-regexp is required",
        "--bundle",
        bundle,
        "--certificate-identity",
        SUBJECT);
    assertRefused(
        "expected --trusted-root",
        "--bundle",
        bundle,
        "--certificate-identity",
        SUBJECT,
        "--certificate-oidc-issuer",
        ISSUER);
  }

  private void assertRefused(String problem, String... words) throws IOException {
    var command = new ArrayList<>(List.of("verify-bundle"));
    command.addAll(List.of(words));
    command.add(suite().resolve("a.txt").toString());
    var run = OurCommand.runIn(folder, NOWHERE, command.toArray(String[]::new));

    assertEquals(1, run.exit(), run::toString);
    assertTrue(run.stderr().contains(problem), run::toString);
  }

  private Peer.Run verify(Path one, String artifact) throws IOException {
    var words =
        new ArrayList<>(
            List.of("verify-bundle", "--bundle", one.resolve("bundle.sigstore.json").toString()));
    var key = find(one, "key.pub");
    if (key.isPresent()) {
      words.addAll(List.of("--key", key.get().toString()));
    } else {
      words.addAll(List.of("--certificate-identity", text(one, "identity", SUBJECT)));
      words.addAll(List.of("--certificate-oidc-issuer", text(one, "issuer", ISSUER)));
    }
    var root =
        find(one, "trusted_root.json").orElse(suite().resolve("trusted_root_public_good.json"));
    words.addAll(List.of("--trusted-root", root.toString(), artifact));
    return OurCommand.runIn(folder, NOWHERE, words.toArray(String[]::new));
  }

  private static String artifact(Path one) {
    return find(one, "artifact").orElseGet(() -> suite().resolve("a.txt")).toString();
  }

  private static String digest(String file) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(Path.of(file)));
      return "sha256:" + HexFormat.of().formatHex(digest);
    } catch (Exception e) {
      throw new AssertionError(file, e);
    }
  }

  private static String text(Path one, String name, String otherwise) throws IOException {
    var file = find(one, name);
    return file.isEmpty() ? otherwise : Files.readString(file.get()).strip();
  }

  private static Optional<Path> find(Path one, String name) {
    return Optional.of(one.resolve(name)).filter(Files::exists);
  }

  /// Where `COUNTERSIGN_CONFORMANCE` points, else beside the repository or one folder further up.
  private static Path suite() {
    var named = Optional.ofNullable(System.getenv("COUNTERSIGN_CONFORMANCE")).map(Path::of);
    var folders =
        Stream.concat(
            named.stream(),
            Stream.of("../../shared/conformance", "../../../shared/conformance").map(Path::of));
    return folders
        .map(path -> path.resolve("sigstore"))
        .filter(Files::exists)
        .findFirst()
        .map(Path::toAbsolutePath)
        .orElseGet(() ->
            "1".equals(System.getenv("COUNTERSIGN_REQUIRE_PEERS"))
                ? Assertions.fail("no conformance data: set COUNTERSIGN_CONFORMANCE")
                : Assumptions.abort("no conformance data: set COUNTERSIGN_CONFORMANCE"));
  }
}
