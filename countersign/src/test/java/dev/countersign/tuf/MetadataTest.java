package dev.countersign.tuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.countersign.HostileInput;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonValue;
import dev.countersign.testkit.FakeTufRepository;
import dev.countersign.tuf.Metadata.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetadataTest {
  private static String root() throws Exception {
    try (var repository = FakeTufRepository.start()) {
      return repository.root();
    }
  }

  @Test
  void survivesHostileInput() throws Exception {
    var good = Bytes.utf8(root());
    HostileInput.attack(20_261_128, Root::parse, good);
    HostileInput.attack(8, json -> Metadata.parse(Kind.ROOT, json), good);
    HostileInput.attack(
        9,
        json -> Targets.of(Metadata.parse(Kind.TARGETS, json)).find("a"),
        Bytes.utf8(
            """
            {"signed":{"_type":"targets","spec_version":"1.0","version":1,\
            "expires":"2030-01-01T00:00:00Z","targets":{"a":{"length":1,"hashes":{"sha256":"00"}}}},\
            "signatures":[{"keyid":"k","sig":"00"}]}\
            """));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "version":1}             | "version":0}               | expected a version from 1 on
          "version":1}             | "version":1.0}             | a whole number
          "_type":"root"           | "_type":"targets"          | of the type root
          "spec_version":"1.0.31"  | "spec_version":"2.0.0"     | of specification 1
          "consistent_snapshot":true | "consistent_snapshot":false | consistent snapshots
          "threshold":2            | "threshold":0              | expected a threshold from 1 on
          "threshold":2            | "threshold":3              | signed by 3 of its keys, got
          T                        | X                          | expected a time as
          """)
  void aRootThatIsNoneIsRefused(String good, String bad, String told) throws Exception {
    var text = root();
    var changed =
        good.equals("T")
            ? text.replaceFirst("(\"expires\":\"[0-9-]+)T", "$1X")
            : text.replace(good, bad);
    var failure = assertThrows(FormatException.class, () -> Root.parse(Bytes.utf8(changed)));
    assertEquals(true, failure.problem().contains(told), failure.problem());
  }

  /// One key that signs twice under one name makes the file malformed.
  @Test
  void oneKeySignsOnce() throws Exception {
    var text = root();
    var start = text.indexOf("{\"keyid\"");
    var start2 = start < 0 ? text.indexOf("{\"sig\"") : start;
    var end = text.indexOf('}', start2) + 1;
    var first = text.substring(start2, end);
    var twice = text.replace(first, first + ',' + first);
    var failure = assertThrows(FormatException.class, () -> Root.parse(Bytes.utf8(twice)));
    assertEquals("expected one signature of each key, got two", failure.problem());
  }

  @Test
  void whatIsTooLongIsNotRead() {
    var text = Bytes.utf8(" ".repeat(Kind.TIMESTAMP.maxBytes() + 1));
    assertThrows(FormatException.class, () -> Metadata.parse(Kind.TIMESTAMP, text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"b":1,"a":[true,null,"x"]} | {"a":[true,null,"x"],"b":1}
          { }                         | {}
          [ ]                         | []
          "\\u00e9\\/<"               | "é/<"
          "\\"\\\\"                   | "\\"\\\\"
          {"Z":0,"a":-1}              | {"Z":0,"a":-1}
          """)
  void canonicalJsonHasOneSpelling(String text, String canonical) throws Exception {
    assertEquals(Bytes.utf8(canonical), CanonicalJson.of(JsonValue.parse(Bytes.utf8(text))));
  }

  @Test
  void lineEndsAreNotEscaped() throws Exception {
    assertEquals(
        Bytes.utf8("\"a\nb\""), CanonicalJson.of(JsonValue.parse(Bytes.utf8("\"a\\nb\""))));
  }

  @Test
  void numbersWithPointsHaveNoSpelling() {
    assertThrows(FormatException.class, () -> CanonicalJson.of(JsonValue.parse(Bytes.utf8("1.5"))));
  }
}
