package dev.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// How single words of a command line are read.
class ArgumentsTest {
  private static final List<Flag> FLAGS =
      List.of(
          Flag.text("key", ""),
          Flag.text("output", "").shortened("o"),
          Flag.off("yes", "").shortened("y"),
          Flag.off("recursive", "").shortened("r"),
          Flag.text("certificate", ""));

  @Test
  void flagsTakeTheNextWordWhateverItLooksLike() {
    assertEquals(
        List.of("--key=--yes", "--output=-", "a"), plain("--key", "--yes", "-o", "-", "a"));
  }

  @Test
  void switchesTakeNoWord() {
    assertEquals(List.of("--yes=true", "a", "--yes=false"), plain("--yes", "a", "--yes=false"));
  }

  @Test
  void lettersMayBeJoined() {
    assertEquals(List.of("--recursive=true", "--yes=true", "--output=json"), plain("-ryojson"));
    assertEquals(List.of("--output=", "--yes=false"), plain("-o=", "-y=false"));
  }

  @Test
  void readsTheOldSingleDashAndSecondNames() {
    assertEquals(
        List.of("--key=a", "--key=b", "--certificate=c"), plain("-key", "a", "-key=b", "--cert=c"));
  }

  @Test
  void leavesWhatItDoesNotKnowToTheParser() {
    assertEquals(List.of("--ke=a", "-x", "-", "--key"), plain("--ke=a", "-x", "-", "--key"));
  }

  @Test
  void readsNothingBehindTheTwoDashes() {
    assertEquals(List.of("--yes=true", "--", "--yes", "-y"), plain("-y", "--", "--yes", "-y"));
  }

  @Test
  void readsTimesAsGoWritesThem() {
    assertEquals(Optional.of(Duration.ofMinutes(3)), GoDuration.parse("3m0s"));
    assertEquals(Optional.of(Duration.ofMillis(850)), GoDuration.parse("0.85s"));
    assertEquals(Optional.of(Duration.ofMinutes(90)), GoDuration.parse("1.5h"));
    assertEquals(Optional.of(Duration.ZERO), GoDuration.parse("0"));
    for (var bad : List.of("", "3", "m", "-1s", "1d", "1s2", "1..5s", "9999999h", "NaNs", "s1")) {
      assertEquals(Optional.empty(), GoDuration.parse(bad), bad);
    }
  }

  @Test
  void splitsListsAsPflagDoes() {
    assertEquals(List.of(), CommaList.parse(""));
    assertEquals(List.of("a=1", "b=x=y"), CommaList.parse("a=1,b=x=y"));
    assertEquals(List.of("a=1,2", "b=\"c\""), CommaList.parse("\"a=1,2\",\"b=\"\"c\"\"\""));
    assertEquals(List.of("", ""), CommaList.parse(","));
  }

  @Test
  void findsTheNameThatWasMeant() {
    var names = List.of("sign", "verify", "version");
    assertEquals(Optional.of("verify"), NearestName.find("verfy", names));
    assertEquals(Optional.empty(), NearestName.find("frobnicate", names));
  }

  private static List<String> plain(String... words) {
    return Dialect.of(FLAGS, List.of(words)).written();
  }
}
