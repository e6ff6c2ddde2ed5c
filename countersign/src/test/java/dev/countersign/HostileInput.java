package dev.countersign;

import static java.util.Objects.requireNonNull;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// Random bytes, and mutations of good ones, for the property that a parser gives a value or a
/// [FormatException] and nothing else.
public final class HostileInput {
  private static final int ROUNDS = 3_000;
  private static final int SECONDS = Integer.getInteger("countersign.fuzz.seconds", 0);
  private static final int MOST_MILLISECONDS = 5_000;
  private static final int MOST_REPETITIONS = 20_000;
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

  /// Throws if `parser` throws anything but [FormatException] for one of some thousand inputs. With
  /// `-Dcountersign.fuzz.seconds=N` it goes on for so long with other seeds, each input may take
  /// [#MOST_MILLISECONDS], and what was done is told.
  public static void attack(long seed, Parser parser, Bytes... good) {
    var random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      attackOnce("seed " + seed + ", round " + round, random, parser, good);
    }
    if (SECONDS > 0) {
      goOn(seed, parser, good);
    }
  }

  private static void goOn(long firstSeed, Parser parser, Bytes... good) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    long slowest = 0;
    long inputs = 0;
    for (long seed = System.nanoTime(); System.nanoTime() < end; seed++) {
      var random = new Random(seed);
      for (int round = 0; round < 100; round++) {
        long begin = System.nanoTime();
        attackOnce("seed " + seed + ", round " + round, random, parser, good);
        slowest = Math.max(slowest, System.nanoTime() - begin);
        inputs++;
      }
      if (TimeUnit.NANOSECONDS.toMillis(slowest) > MOST_MILLISECONDS) {
        throw new AssertionError("seed " + seed + ": an input took " + slowest + " ns");
      }
    }
    System.out.printf(
        "fuzz %s, attack %d: %d inputs, the slowest took %d ms%n",
        StackWalker.getInstance()
            .walk(frames ->
                frames
                    .map(StackWalker.StackFrame::getClassName)
                    .filter(name -> !name.equals(HostileInput.class.getName()))
                    .findFirst()
                    .orElse("")),
        firstSeed,
        inputs,
        TimeUnit.NANOSECONDS.toMillis(slowest));
  }

  private static void attackOnce(String where, Random random, Parser parser, Bytes... good) {
    var input =
        random.nextInt(4) == 0
            ? random(random)
            : mutated(random, requireNonNull(good[random.nextInt(good.length)]));
    try {
      parser.parse(Bytes.copyOf(input));
    } catch (FormatException e) {
      if (e.problem().indexOf('\n') >= 0) {
        throw new AssertionError("two lines, " + where + ": " + e.problem(), e);
      }
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      throw new AssertionError(
          where + ", input " + new String(input, StandardCharsets.ISO_8859_1), e);
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
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] = FAVOURITES[random.nextInt(FAVOURITES.length)];
        case 2 -> bytes = cut(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(20)));
        case 3 -> bytes = doubled(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(20)));
        default -> bytes = deepened(random, bytes, at);
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

  /// The bytes at `at` many times, as what nests; seldom, since it takes long.
  private static byte[] deepened(Random random, byte[] bytes, int at) {
    int length = Math.min(bytes.length - at, 1 + random.nextInt(6));
    int times = random.nextInt(20) == 0 ? random.nextInt(MOST_REPETITIONS) : random.nextInt(20);
    var deeper = new byte[bytes.length + times * length];
    System.arraycopy(bytes, 0, deeper, 0, at);
    for (int i = 0; i < times; i++) {
      System.arraycopy(bytes, at, deeper, at + i * length, length);
    }
    System.arraycopy(bytes, at, deeper, at + times * length, bytes.length - at);
    return deeper;
  }
}
