package dev.countersign.cli.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.countersign.testkit.Auth;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// One file of credentials serves all commands.
class CredentialsInteropTest {
  @TempDir Path folder;

  private final FakeCa ca = FakeCa.create();
  private final TestImage image = TestImage.oci("guarded");

  static Stream<Auth> guards() {
    var bearer = new Auth.Bearer("ann", "pass:word");
    return Stream.of(
        new Auth.Basic("ann", "pass:word"),
        bearer,
        bearer.withRealm(new Auth.Realm.OtherServer()),
        bearer.withAnonymous(Auth.Anonymous.MAY_PULL));
  }

  @ParameterizedTest
  @MethodSource("guards")
  void allSignAndVerifyWithTheSameFile(Auth auth) throws IOException {
    try (var registry = start(auth)) {
      var desk = desk();
      desk.makeKeys(Tool.OURS, "good");
      writeCredentials(registry, "ann:pass:word");

      for (var tool : Tool.values()) {
        registry.deleteTag("c/guarded", Site.signatureTag(image.digest()));
        desk.sign(tool, "good", reference(registry)).succeeded();
        desk.verify(tool, "good", reference(registry)).succeeded();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("guards")
  void withoutTheRightPasswordNobodySignsNorSaysUnsigned(Auth auth) throws IOException {
    try (var registry = start(auth)) {
      var desk = desk();
      desk.makeKeys(Tool.OURS, "good");
      var mayPull =
          auth instanceof Auth.Bearer bearer && bearer.anonymous() == Auth.Anonymous.MAY_PULL;

      for (var tool : Tool.values()) {
        assertEquals(1, desk.sign(tool, "good", reference(registry)).exit(), tool::toString);
        var asked = desk.verify(tool, "good", reference(registry));
        assertEquals(mayPull ? 10 : 1, asked.exit(), () -> tool + ": " + asked);
      }
      writeCredentials(registry, "ann:wrong");
      for (var tool : Tool.values()) {
        assertEquals(1, desk.sign(tool, "good", reference(registry)).exit(), tool::toString);
        assertEquals(1, desk.verify(tool, "good", reference(registry)).exit(), tool::toString);
      }
      assertEquals(List.of("v1"), registry.tags("c/guarded"));
    }
  }

  /// What one stores for a registry, all find.
  @ParameterizedTest
  @EnumSource
  void whoLogsInOnceIsKnownToAll(Tool tool) throws IOException {
    try (var registry = start(new Auth.Bearer("ann", "pass:word"))) {
      var desk = desk();
      desk.makeKeys(Tool.OURS, "good");
      var login = List.of("login", "-u", "ann", "-p", "pass:word", registry.hostAndPort());

      desk.run(tool, login.toArray(String[]::new)).succeeded();

      desk.sign(tool, "good", reference(registry)).succeeded();
      for (var verifier : Tool.values()) {
        var run = desk.verify(verifier, "good", reference(registry));
        assertEquals(0, run.exit(), () -> verifier + ": " + run);
      }
    }
  }

  private InProcessRegistry start(Auth auth) throws IOException {
    var registry = InProcessRegistry.start(InProcessOptions.DEFAULT.withHttps(ca).withAuth(auth));
    image.pushTo(registry, "c/guarded", "v1");
    return registry;
  }

  private Desk desk() throws IOException {
    var file = Files.writeString(folder.resolve("ca.pem"), ca.certificatePem());
    return Desk.at(folder).with("SSL_CERT_FILE", file.toString());
  }

  private void writeCredentials(InProcessRegistry registry, String credentials) throws IOException {
    var encoded = Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8));
    Files.createDirectories(credentials().getParent());
    Files.writeString(
        credentials(),
        """
        {"auths": {"%s": {"auth": "%s"}}}
        """
            .formatted(registry.hostAndPort(), encoded));
  }

  private Path credentials() {
    return folder.resolve("home/config.json");
  }

  private String reference(InProcessRegistry registry) {
    return registry.hostAndPort() + "/c/guarded@" + image.digest();
  }
}
