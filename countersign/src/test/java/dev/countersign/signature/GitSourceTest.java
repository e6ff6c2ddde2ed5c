package dev.countersign.signature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.countersign.format.FormatException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GitSourceTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://github.com/acme/app",
        "https://github.com/acme/app/",
        "https://github.com/acme/app.git",
        "https://github.com/acme/app.git.git",
        "https://GitHub.com:443/acme/app",
        "https://x-access-token:secret@github.com/acme/app.git",
        "git+https://github.com/acme/app",
        "git+https://github.com/acme/app.git@refs/heads/main",
        "git+https://github.com/acme/app@v1.0",
        "https://github.com/acme/app.git#refs/heads/main",
        "git@github.com:acme/app.git",
        "ssh://git@github.com/acme/app.git",
        "git+ssh://git@github.com:22/acme/app",
        "github.com/acme/app",
      })
  void readsOneRepositoryInAllItsSpellings(String text) throws Exception {
    assertEquals("github.com/acme/app", GitSource.parse(text).repository());
  }

  @ParameterizedTest
  @CsvSource({
    "https://github.com/acme/app-evil, github.com/acme/app-evil",
    "https://github.com/Acme/app, github.com/Acme/app",
    "https://github.com.evil.com/acme/app, github.com.evil.com/acme/app",
    "https://github.com@evil.com/acme/app, evil.com/acme/app",
    "https://evil.com/github.com/acme/app, evil.com/github.com/acme/app",
    "https://github.com:8443/acme/app, github.com:8443/acme/app",
    "http://github.com/acme/app, http://github.com/acme/app",
    "git://github.com/acme/app, git://github.com/acme/app",
  })
  void takesNoOtherRepositoryForIt(String text, String repository) throws Exception {
    assertEquals(repository, GitSource.parse(text).repository());
  }

  @ParameterizedTest
  @CsvSource({
    "git+https://github.com/acme/app@refs/heads/main, refs/heads/main",
    "https://github.com/acme/app.git#main, main",
    "git@github.com:acme/app.git@v1, v1",
    "https://github.com/acme/app,",
  })
  void readsTheRefBesideIt(String text, String ref) throws Exception {
    assertEquals(Optional.ofNullable(ref), GitSource.parse(text).ref());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "app",
        "acme/app",
        "https://github.com",
        "https://github.com/",
        "https://github.com/.git",
        "https://github.com/acme/../evil/app",
        "https://github.com/acme//app",
        "https://github.com/acme/./app",
        "https://github.com/acme/app?x=1",
        "https://github.com/acme/%61pp",
        "https://github.com\\@evil.com/acme/app",
        "https://a@github.com@evil.com/acme/app",
        "https://github.com/acme/app @main",
        "file:///acme/app",
        "oci://ghcr.io/acme/app",
        "git+git+https://github.com/acme/app",
      })
  void refusesWhatIsNoRepository(String text) {
    assertThrows(FormatException.class, () -> GitSource.parse(text));
  }

  @Test
  void readsUpTo2048Characters() throws Exception {
    var url = "https://github.com/" + "a".repeat(2_048 - "https://github.com/".length());

    assertEquals(Optional.empty(), GitSource.parse(url).ref());
    assertThrows(FormatException.class, () -> GitSource.parse(url + 'a'));
  }

  @Test
  void refusesALongTextWithoutReadingIt() {
    assertThrows(FormatException.class, () -> GitSource.parse("https://a" + "-.a".repeat(10_000)));
  }
}
