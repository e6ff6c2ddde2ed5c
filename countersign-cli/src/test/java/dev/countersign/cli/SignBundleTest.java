package dev.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.interop.Peer;
import dev.countersign.format.Bytes;
import dev.countersign.oci.Digest;
import dev.countersign.testkit.FakeSigstore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Both halves of the sigstore-conformance suite's protocol: what `sign-bundle` makes is verified
/// by `verify-bundle` with the file and with its digest, and only for that file, identity, issuer
/// and root
/// ([protocol](https://github.com/sigstore/sigstore-conformance/blob/main/docs/cli_protocol.md)).
class SignBundleTest {
  private static final String MAIL = "alice@example.com";
  private static final String CONTENT = "content\n";

  @TempDir static Path folder;
  private static FakeSigstore sigstore;
  private static FakeSigstore stranger;

  @BeforeAll
  static void start() throws Exception {
    sigstore = FakeSigstore.start();
    stranger = FakeSigstore.start();
    write("root.json", sigstore.trustedRoot());
    write("stranger.json", stranger.trustedRoot());
    write("v1.json", sigstore.signingConfig(sigstore.rekor()));
    write("v2.json", sigstore.signingConfig(sigstore.tiledLog()));
    write("artifact", CONTENT);
    write("other", "other\n");
    write(
        "statement",
        """
        {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"artifact","digest":\
        {"sha256":"%s"}}],"predicateType":"https://slsa.dev/provenance/v1","predicate":{}}\
        """
            .formatted(Digest.of(Bytes.utf8(CONTENT)).hex()));
  }

  @AfterAll
  static void stop() {
    sigstore.close();
    stranger.close();
  }

  private static void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  @TestFactory
  Stream<DynamicTest> whatIsSignedIsVerifiedInBothModes() {
    return Stream.of("v1", "v2")
        .flatMap(version ->
            Stream.of("artifact", "statement")
                .map(signed ->
                    DynamicTest.dynamicTest(
                        signed + " in a log of " + version, () -> check(version, signed))));
  }

  private static void check(String version, String signed) throws IOException {
    sign(version, signed).succeeded();
    for (var mode : List.of("artifact", digest(CONTENT))) {
      var verified = verify(MAIL, issuer(), "root.json", mode).succeeded();
      assertEquals("Verified OK\n", verified.stderr());
    }
    for (var mode : List.of("other", digest("other\n"))) {
      refused(verify(MAIL, issuer(), "root.json", mode), "");
    }
    refused(verify("bob@example.com", issuer(), "root.json", "artifact"), "other-identity");
    refused(verify(MAIL, "https://other.example", "root.json", "artifact"), "other-identity");
    refused(verify(MAIL, issuer(), "stranger.json", "artifact"), "not-logged");
  }

  @Test
  void refusesWhatIsNoStatement() throws IOException {
    refused(run("sign-bundle", token("--in-toto", "v1", "artifact")), "expected JSON");
    refused(run("sign-bundle", token("--staging", "v1", "artifact")), "--staging is not supported");
  }

  private static Peer.Run sign(String version, String signed) throws IOException {
    Files.deleteIfExists(folder.resolve("bundle.json"));
    return signed.equals("statement")
        ? run("sign-bundle", token("--in-toto", version, signed))
        : run("sign-bundle", token("--in-toto=false", version, signed));
  }

  private static String[] token(String flag, String version, String file) {
    return new String[] {
      flag,
      "--identity-token",
      sigstore.issuer().token(MAIL),
      "--bundle",
      "bundle.json",
      "--trusted-root",
      "root.json",
      "--signing-config",
      version + ".json",
      file
    };
  }

  private static Peer.Run verify(String identity, String issuer, String root, String artifact)
      throws IOException {
    return run(
        "verify-bundle",
        "--bundle",
        "bundle.json",
        "--certificate-identity",
        identity,
        "--certificate-oidc-issuer",
        issuer,
        "--trusted-root",
        root,
        artifact);
  }

  private static Peer.Run run(String command, String... words) throws IOException {
    var all = Stream.concat(Stream.of(command), Stream.of(words)).toArray(String[]::new);
    return OurCommand.runIn(folder, Map.of(), all);
  }

  private static String issuer() {
    return sigstore.issuer().url().toString();
  }

  private static String digest(String content) {
    return Digest.of(Bytes.utf8(content)).toString();
  }

  private static void refused(Peer.Run run, String told) {
    assertEquals(1, run.exit(), run::toString);
    assertTrue(run.stderr().contains(told), run::toString);
  }
}
