package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.FormatException;
import dev.countersign.oci.Repository;
import dev.countersign.registry.CredentialSource;
import dev.countersign.registry.Credentials;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistrySecretTest {
  private static final Credentials SECRET = new Credentials.Basic("robot", Secret.of("pass word"));

  @TempDir private Path folder;

  @Test
  void isShownToNamedHostsOnly() throws Exception {
    write("robot\n", "pass word\n");

    var source = source("ghcr.io", "registry.example:5000", "docker.io");

    assertEquals(SECRET, find(source, "ghcr.io/a/b"));
    assertEquals(SECRET, find(source, "registry.example:5000/a/b"));
    assertEquals(SECRET, find(source, "nginx"));
    for (var other :
        new String[] {
          "ghcr.io:444/a/b", "evil.ghcr.io/a/b", "registry.example/a/b", "quay.io/a/b"
        }) {
      assertEquals(new Credentials.Anonymous(), find(source, other));
    }
  }

  @Test
  void takesHostsFromTheSecretItself() throws Exception {
    write("robot", "pass word");
    Files.writeString(folder.resolve("registry"), "ghcr.io, quay.io\n");

    var source = source();

    assertEquals(SECRET, find(source, "ghcr.io/a/b"));
    assertEquals(SECRET, find(source, "quay.io/a/b"));
    assertEquals(new Credentials.Anonymous(), find(source, "nginx"));
  }

  @Test
  void refusesToGuessWhoseItIs() throws Exception {
    write("robot", "pass word");

    var refusal = assertThrows(IOException.class, this::source);

    var message = String.valueOf(refusal.getMessage());
    assertTrue(message.contains("--registry-secret-host"), message);
  }

  @Test
  void isNothingWhereNoneIsMounted() throws Exception {
    assertSame(CredentialSource.ANONYMOUS, source());
    assertSame(CredentialSource.ANONYMOUS, source("ghcr.io"));
  }

  @Test
  void refusesWhatIsNoHost() throws Exception {
    write("robot", "pass word");

    for (var host : new String[] {"https://ghcr.io", "ghcr", "ghcr.io/acme", "", "*.io"}) {
      assertThrows(FormatException.class, () -> source(host), host);
    }
  }

  @Test
  void isReadAnewWhenKubernetesReplacesIt() throws Exception {
    write("old", "old");
    var source = source("ghcr.io");
    write("robot", "pass word");

    assertEquals(SECRET, find(source, "ghcr.io/a/b"));
  }

  @Test
  void isRefusedWithoutAPassword() throws Exception {
    Files.writeString(folder.resolve("username"), "robot");

    var refusal = assertThrows(IOException.class, () -> source("ghcr.io"));

    assertEquals("cannot read " + folder.resolve("password"), refusal.getMessage());
  }

  private void write(String user, String password) throws IOException {
    Files.writeString(folder.resolve("username"), user);
    Files.writeString(folder.resolve("password"), password);
  }

  private CredentialSource source(String... hosts) throws IOException, FormatException {
    return RegistrySecret.over(CredentialSource.ANONYMOUS, folder, Set.of(hosts));
  }

  private static Credentials find(CredentialSource source, String repository) throws Exception {
    return source.find(Repository.parse(repository), Deadline.after(Duration.ofSeconds(5)));
  }
}
