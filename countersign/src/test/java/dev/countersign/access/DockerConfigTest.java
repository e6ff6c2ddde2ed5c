package dev.countersign.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.HostileInput;
import dev.countersign.oci.Repository;
import dev.countersign.registry.Credentials;
import dev.countersign.registry.Credentials.Anonymous;
import dev.countersign.registry.Credentials.Basic;
import dev.countersign.registry.Credentials.IdentityToken;
import dev.countersign.registry.Credentials.RegistryToken;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DockerConfigTest {
  // user:secret
  private static final String AUTH = "{\"auth\":\"dXNlcjpzZWNyZXQ=\"}";
  private static final Credentials USER = new Basic("user", Secret.of("secret"));

  @TempDir private Path folder;

  private Path write(String name, String text) throws IOException {
    var file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private void helper(String name, String script) throws IOException {
    var file = write("bin/docker-credential-" + name, "#!/bin/sh\n" + script + '\n');
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Credentials find(String config, String repository) throws Exception {
    var environment = new Environment(Map.of("PATH", folder.resolve("bin") + ":/usr/bin:/bin"));
    return DockerConfig.of(write("config.json", config), environment)
        .find(Repository.parse(repository), Deadline.after(Duration.ofSeconds(20)));
  }

  private static String auths(String key) {
    return "{\"auths\":{\"" + key + "\":" + AUTH + "}}";
  }

  @ParameterizedTest
  @CsvSource({
    "ghcr.io, ghcr.io/a/b, true",
    "https://ghcr.io, ghcr.io/a/b, true",
    "https://ghcr.io/v2/, ghcr.io/a/b, true",
    "GHCR.io, ghcr.io/a/b, true",
    "ghcr.io:5000, ghcr.io/a/b, false",
    "ghcr.io, ghcr.io:5000/a/b, false",
    "evil-ghcr.io, ghcr.io/a/b, false",
    "ghcr.io, ghcr.io.evil.example/a/b, false",
    "io, ghcr.io/a/b, false",
    "https://index.docker.io/v1/, nginx, true",
    "docker.io, nginx, true",
    "registry-1.docker.io, docker.io/a/b, true",
    "index.docker.io, nginx, true",
    "hub.docker.com, nginx, false",
    "ghcr.io/a, ghcr.io/a/b, true",
    "ghcr.io/a/b, ghcr.io/a/b, true",
    "ghcr.io/a/b/c, ghcr.io/a/b, false",
    "ghcr.io/a, ghcr.io/ab/c, false",
    "docker.io/library, nginx, true"
  })
  void matchesHostPortAndPath(String key, String repository, boolean matches) throws Exception {
    assertEquals(matches ? USER : new Anonymous(), find(auths(key), repository));
  }

  @Test
  void takesTheLongestPath() throws Exception {
    var config =
        "{\"auths\":{\"r.io\":{\"registrytoken\":\"r\"},\"r.io/a/b\":"
            + AUTH
            + ",\"r.io/a\":{\"identitytoken\":\"i\"}}}";

    assertEquals(USER, find(config, "r.io/a/b/c"));
    assertEquals(new IdentityToken(Secret.of("i")), find(config, "r.io/a/xx"));
    assertEquals(new RegistryToken(Secret.of("r")), find(config, "r.io/xx"));
  }

  @Test
  void readsNameAndPasswordInTheOpen() throws Exception {
    var config = "{\"auths\":{\"r.io\":{\"username\":\"user\",\"password\":\"secret\"}}}";

    assertEquals(USER, find(config, "r.io/aa"));
  }

  @Test
  void asksTheHelperOfTheRegistryThenTheStoreThenTheFile() throws Exception {
    helper(
        "one", "read host; echo \"{\\\"Username\\\":\\\"one\\\",\\\"Secret\\\":\\\"$host\\\"}\"");
    helper("two", "echo '{\"Username\":\"<token>\",\"Secret\":\"t\"}'");
    helper("none", "echo 'credentials not found in native keychain'; exit 1");
    var config =
        "{\"credHelpers\":{\"r.io\":\"one\",\"docker.io\":\"one\",\"file.io\":\"none\"},"
            + "\"credsStore\":\"two\",\"auths\":{\"file.io\":"
            + AUTH
            + ",\"r.io\":{}}}";

    assertEquals(new Basic("one", Secret.of("r.io")), find(config, "r.io/aa"));
    assertEquals(new Basic("one", Secret.of("https://index.docker.io/v1/")), find(config, "nginx"));
    assertEquals(new IdentityToken(Secret.of("t")), find(config, "other.io/aa"));
    assertEquals(USER, find(config, "file.io/aa"));
  }

  @Test
  void saysWhichHelperFailedAndNothingElse() throws Exception {
    helper("bad", "echo secret; echo secret >&2; exit 3");
    helper("odd", "echo secret");
    helper("long", "yes secret");
    for (var name : List.of("bad", "odd", "long", "absent", "../bin/bad", "a b")) {
      var thrown =
          assertThrows(
              IOException.class, () -> find("{\"credsStore\":\"" + name + "\"}", "r.io/aa"));

      var message = String.valueOf(thrown.getMessage());
      assertFalse(message.contains("secret"), message);
      assertTrue(message.contains("credential"), message);
    }
  }

  @Test
  void endsAHelperThatDoesNotAnswer() throws Exception {
    helper("slow", "exec sleep 600");
    var file = write("config.json", "{\"credsStore\":\"slow\"}");
    var environment = new Environment(Map.of("PATH", folder.resolve("bin") + ":/usr/bin:/bin"));

    var thrown =
        assertThrows(
            IOException.class,
            () ->
                DockerConfig.of(file, environment)
                    .find(new Repository("r.io", "aa"), Deadline.after(Duration.ofMillis(200))));

    assertTrue(String.valueOf(thrown.getMessage()).contains("in time"), thrown.getMessage());
  }

  @Test
  void looksWhereDockerAndPodmanKeepThem() throws Exception {
    var home = folder.toString();
    var repository = new Repository("r.io", "aa");
    var deadline = Deadline.after(Duration.ofSeconds(20));
    var environment = new Environment(Map.of("HOME", home));
    assertEquals(new Anonymous(), DockerConfig.of(environment).find(repository, deadline));

    write(".config/containers/auth.json", auths("r.io"));
    write(".docker/config.json", "{\"auths\":{}}");
    assertEquals(USER, DockerConfig.of(environment).find(repository, deadline));

    write("other/config.json", "{\"auths\":{\"r.io\":{\"identitytoken\":\"i\"}}}");
    var other = new Environment(Map.of("HOME", home, "DOCKER_CONFIG", home + "/other"));
    assertEquals(
        new IdentityToken(Secret.of("i")), DockerConfig.of(other).find(repository, deadline));

    var podman = write("auth.json", "{\"auths\":{\"r.io\":{\"registrytoken\":\"r\"}}}");
    var named = new Environment(Map.of("REGISTRY_AUTH_FILE", podman.toString()));
    assertEquals(
        new RegistryToken(Secret.of("r")), DockerConfig.of(named).find(repository, deadline));
  }

  @Test
  void namesABadFileAndShowsNothingOfIt() throws Exception {
    for (var text :
        List.of(
            "secret",
            "{\"auths\":{\"r.io\":{\"auth\":\"secret\"}}}",
            "[\"secret\"]",
            "{\"auths\":{\"r.io\":\"secret\"}}",
            "x".repeat((1 << 20) + 1))) {
      var thrown = assertThrows(IOException.class, () -> find(text, "r.io/aa"));

      var message = String.valueOf(thrown.getMessage());
      assertTrue(message.contains("config.json"), message);
      assertFalse(message.contains("secret"), message);
      assertEquals(null, thrown.getCause());
    }
  }

  @Test
  void doesNotMindABadEntryOfAnotherRegistry() throws Exception {
    var config = "{\"auths\":{\"bad.io\":{\"auth\":\"!\"},\"r.io\":" + AUTH + "}}";

    assertEquals(USER, find(config, "r.io/aa"));
  }

  @Test
  void survivesHostileInput() {
    HostileInput.attackText(
        21,
        text -> {
          try {
            var unused = find(text, "r.io/aa");
          } catch (IOException e) {
            // An answer too.
          } catch (Exception e) {
            throw new UncheckedIOException(new IOException(e));
          }
        },
        auths("r.io"),
        "{\"auths\":{\"r.io\":{\"username\":\"u\",\"identitytoken\":\"i\"}}}");
  }
}
