package dev.countersign.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.HostileInput;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonValueTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{}x",
        "{} {}",
        "[1,]",
        "{\"a\":1,}",
        "{'a':1}",
        "nul",
        "01",
        "1e",
        "NaN",
        "{\"a\":1,\"a\":2}",
        "{\"a\":{\"b\":1,\"b\":1}}",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"\t\"",
        "/* c */ {}",
        "\ufeff{}"
      })
  void refusesWhatIsNotStrictJson(String text) {
    assertThrows(FormatException.class, () -> JsonValue.parse(Bytes.utf8(text)));
  }

  @Test
  void refusesBytesThatAreNotUtf8() {
    var utf16 = Bytes.copyOf(new byte[] {0, '{', 0, '}'});
    var broken = Bytes.copyOf(new byte[] {'"', (byte) 0xc3, '"'});

    assertThrows(FormatException.class, () -> JsonValue.parse(utf16));
    assertThrows(FormatException.class, () -> JsonValue.parse(broken));
  }

  @Test
  void readsThirtyTwoLevelsAndRefusesOneMore() throws FormatException {
    assertEquals(nested(32), text(JsonValue.parse(Bytes.utf8(nested(32)))));
    assertThrows(FormatException.class, () -> JsonValue.parse(Bytes.utf8(nested(33))));
  }

  @Test
  void writesWhatGoWrites() throws FormatException {
    var value =
        JsonValue.parse(
            Bytes.utf8(
                " { \"z\" : [ 1.50 , true , null ] , \"a\" : \"\\u003c&\\u2028é\\n\\u0001\" } "));

    assertEquals(
        "{\"z\":[1.50,true,null],\"a\":\"\\u003c\\u0026\\u2028é\\n\\u0001\"}", text(value));
  }

  @Test
  void namesTheMemberThatIsMissingOrOfAnotherKind() throws FormatException {
    var object = JsonValue.parseObject(Bytes.utf8("{\"a\":1,\"n\":null}"));

    var missing = assertThrows(FormatException.class, () -> object.getString("b"));
    var other = assertThrows(FormatException.class, () -> object.getString("a"));

    assertEquals("expected a string \"b\", got none", missing.problem());
    assertEquals("expected a string \"a\", got a number", other.problem());
    assertTrue(object.findString("n").isEmpty());
  }

  @Test
  void refusesNamesThatGoWouldReadAsAnother() throws FormatException {
    var object = JsonValue.parseObject(Bytes.utf8("{\"Critical\":1}"));

    assertThrows(FormatException.class, () -> object.refuseOtherSpellings("critical"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0", "1e3", "9223372036854775808", "-9223372036854775809"})
  void takesNoNumberForAWholeOneThatIsNot(String number) throws FormatException {
    var object = JsonValue.parseObject(Bytes.utf8("{\"n\":" + number + "}"));

    assertThrows(FormatException.class, () -> object.getLong("n"));
  }

  @Test
  void readsWhatJacksonReadsAndRefusesWhatItRefuses() {
    HostileInput.attack(
        2,
        text -> assertEquals(JacksonTokens.of(text), tokens(text), text::toString),
        Bytes.utf8("{\"a\":[1,-2.5e3,\"\\u00e9\\n\\/\",{\"b\":null}],\"c\":true}"),
        Bytes.utf8(" [ -0 , 0.10 , 1E+2 , 9223372036854775807 , \"\\ud83d\\ude00\" , false ] "),
        Bytes.utf8(nested(32)));
  }

  private static List<String> tokens(Bytes text) {
    try {
      var tokens = new ArrayList<String>();
      collect(JsonValue.parse(text), tokens);
      return tokens;
    } catch (FormatException e) {
      return JacksonTokens.REFUSED;
    }
  }

  private static void collect(JsonValue value, List<String> tokens) {
    switch (value) {
      case JsonObject object -> {
        tokens.add("{");
        object
            .members()
            .forEach((name, member) -> {
              tokens.add(name);
              collect(member, tokens);
            });
        tokens.add("}");
      }
      case JsonValue.JsonArray array -> {
        tokens.add("[");
        array.items().forEach(item -> collect(item, tokens));
        tokens.add("]");
      }
      case JsonValue.JsonString string -> tokens.add(string.text());
      case JsonValue.JsonNumber number -> tokens.add(number.text());
      case JsonValue.JsonBoolean truth -> tokens.add(String.valueOf(truth.value()));
      case JsonValue.JsonNull nothing -> tokens.add("null");
    }
  }

  @Test
  void survivesHostileInput() {
    HostileInput.attack(
        1,
        JsonValue::parse,
        Bytes.utf8("{\"a\":[1,-2.5e3,\"\\u00e9\\n\",{\"b\":null}],\"c\":true}"));
  }

  private static String nested(int depth) {
    return "[".repeat(depth) + "]".repeat(depth);
  }

  private static String text(JsonValue value) throws FormatException {
    return value.toBytes().toUtf8();
  }
}
