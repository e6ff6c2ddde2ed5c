package dev.countersign;

import static java.util.Objects.requireNonNull;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/// Random bytes, and mutations of good ones, for the property that a parser gives a value or a
/// [FormatException] and nothing else.
public final class HostileInput {
  private static final int ROUNDS = 3_000;
  private static final byte[] FAVOURITES =
      "{}[]\":,\\/@=-_.+%\0\n\r\u00ff 09azAZ".getBytes(StandardCharsets.ISO_8859_1);

  private HostileInput() {}

  /// A parser under test.
  @FunctionalInterface
  public interface Parser {
    void parse(Bytes input) throws FormatException;
  }

  /// As [#attack(long, Parser, Bytes...)] for parsers of text.
  public static void attackText(long seed, TextParser parser, String... good) {
    var bytes = new Bytes[good.length];
    for (int i = 0; i < good.length; i++) {
      bytes[i] = Bytes.utf8(good[i]);
    }
    attack(
        seed,
        input -> parser.parse(new String(input.toArray(), StandardCharsets.ISO_8859_1)),
        bytes);
  }

  /// A parser of text under test.
  @FunctionalInterface
  public interface TextParser {
    void parse(String input) throws FormatException;
  }

  /// Throws if `parser` throws anything but [FormatException] for one of some thousand inputs.
  public static void attack(long seed, Parser parser, Bytes... good) {
    var random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      var input =
          round % 4 == 0
              ? random(random)
              : mutated(random, requireNonNull(good[random.nextInt(good.length)]));
      try {
        parser.parse(Bytes.copyOf(input));
      } catch (FormatException e) {
        if (e.problem().indexOf('\n') >= 0) {
          throw new AssertionError("two lines, seed " + seed + ": " + e.problem(), e);
        }
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        throw new AssertionError(
            "seed "
                + seed
                + ", round "
                + round
                + ", input "
                + new String(input, StandardCharsets.ISO_8859_1),
            e);
      }
    }
  }

  private static byte[] random(Random random) {
    var bytes = new byte[random.nextInt(200)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] mutated(Random random, Bytes good) {
    var bytes = good.toArray();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes && bytes.length > 0; i++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] = FAVOURITES[random.nextInt(FAVOURITES.length)];
        case 2 -> bytes = cut(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(20)));
        default -> bytes = doubled(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(20)));
      }
    }
    return bytes;
  }

  private static byte[] cut(byte[] bytes, int from, int to) {
    var shorter = new byte[bytes.length - (to - from)];
    System.arraycopy(bytes, 0, shorter, 0, from);
    System.arraycopy(bytes, to, shorter, from, bytes.length - to);
    return shorter;
  }

  private static byte[] doubled(byte[] bytes, int from, int to) {
    var longer = new byte[bytes.length + (to - from)];
    System.arraycopy(bytes, 0, longer, 0, to);
    System.arraycopy(bytes, from, longer, to, bytes.length - from);
    return longer;
  }
}
