package dev.countersign.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.HostileInput;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.registry.Connections;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.WebFiles;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyReferenceTest {
  @TempDir private Path folder;

  private static Bytes read(String reference, Map<String, String> variables) throws Exception {
    try (var web = new WebFiles(Connections.DEFAULT)) {
      return KeyReference.parse(reference)
          .read(new Environment(variables), web, Deadline.after(Duration.ofSeconds(20)));
    }
  }

  @Test
  void readsAFile() throws Exception {
    var file = Files.writeString(folder.resolve("cosign.pub"), "key");

    assertEquals(Bytes.utf8("key"), read(file.toString(), Map.of()));
  }

  @Test
  void readsAVariableOfAnyName() throws Exception {
    assertEquals(Bytes.utf8("a\nb"), read("env://MY_KEY", Map.of("MY_KEY", "a\nb")));
    assertThrows(IOException.class, () -> read("env://MY_KEY", Map.of()));
  }

  @Test
  void readsAUrlWithoutCredentials() throws Exception {
    try (var server = InProcessRegistry.start(InProcessOptions.DEFAULT)) {
      assertTrue(read(server.uri() + "v2/", Map.of()).size() > 0);

      assertThrows(IOException.class, () -> read(server.uri() + "absent", Map.of()));
      assertFalse(server.requests().getFirst().request().isAuthorized());
    }
  }

  @Test
  void readsNoMoreThanAKeyNeeds() throws Exception {
    var file = Files.writeString(folder.resolve("long"), "x".repeat(65_537));

    var thrown = assertThrows(IOException.class, () -> read(file.toString(), Map.of()));

    assertTrue(String.valueOf(thrown.getMessage()).contains("65536"), thrown.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "env://",
        "env://A=B",
        "env:NAME=secret",
        "k8s://ns/name",
        "awskms:///alias/x",
        "gcpkms://x",
        "azurekms://x",
        "hashivault://x",
        "gitlab://1",
        "pkcs11:token=x",
        "http://keys.example/cosign.pub",
        "ftp://keys.example/cosign.pub",
        "https://",
        "https://user:secret@keys.example/"
      })
  void refusesOtherSchemes(String text) {
    var thrown = assertThrows(FormatException.class, () -> KeyReference.parse(text));

    assertFalse(thrown.problem().contains("secret"), thrown.problem());
  }

  @Test
  void takesAPathWithAColonWhenItIsMeant() throws FormatException {
    assertEquals(new KeyReference.File(Path.of("./a:b")), KeyReference.parse("./a:b"));
    assertEquals(
        "https://a.example/k", KeyReference.parse("https://a.example/k?token=secret").toString());
  }

  @Test
  void survivesHostileInput() {
    HostileInput.attackText(
        31, KeyReference::parse, "env://NAME", "https://a.example/k?x", "k8s://a/b", "./a.pub");
  }
}
