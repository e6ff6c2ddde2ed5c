package dev.countersign.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.countersign.HostileInput;
import dev.countersign.format.FormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlTest {
  private static final String BASE = "https://r.example:5000/v2/a/blobs/uploads/";

  @ParameterizedTest
  @CsvSource({
    "/up?x=1, https://r.example:5000/up?x=1",
    "up, https://r.example:5000/v2/a/blobs/uploads/up",
    "https://Other.example./x, https://other.example/x",
    "//other.example/x, https://other.example/x",
    "https://[::1]:7/, https://[::1]:7/",
    "https://other.example, https://other.example/",
    "?y, https://r.example:5000/v2/a/blobs/uploads/?y"
  })
  void resolvesLocations(String location, String expected) throws FormatException {
    var url = Url.parse(BASE).resolve(location);

    assertEquals(expected, url.origin() + url.target());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "http:",
        "http://",
        "ftp://a/",
        "http://user:secret@a/",
        "http://a/#secret",
        "http://a:0/",
        "http://a:99999/",
        "http://a b/",
        "http://[fe80::1%25eth0]/",
        "http://a/\u00e9"
      })
  void refusesOthers(String text) {
    var thrown = assertThrows(FormatException.class, () -> Url.parse(text));

    assertFalse(thrown.problem().contains("secret"), thrown.problem());
  }

  @Test
  void printsNoQuery() throws FormatException {
    assertEquals("https://a/b", Url.parse("https://a/b?token=secret").toString());
  }

  @Test
  void survivesHostileInput() {
    HostileInput.attackText(3, Url::parse, BASE, "https://[::1]:7/?x=%20");
    HostileInput.attackText(
        4, text -> Url.parse(BASE).resolve(text), BASE, "../../x", "//a:1/b?c#d");
  }
}
