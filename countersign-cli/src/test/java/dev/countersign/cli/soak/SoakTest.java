package dev.countersign.cli.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The service for a long time before a registry that fails, while all that is mounted changes.
///
/// In each build for a short time; with `-Psoak` for a long one.
class SoakTest {
  /// One to each quarter of the time, since the quarters' memory is compared.
  private static final int FEWEST_ROTATIONS = 4;

  private static final long REQUESTS = Long.getLong("countersign.soak.requests", 600);
  private static final int ROTATIONS =
      Integer.getInteger("countersign.soak.rotations", FEWEST_ROTATIONS);

  /// A virtual machine frees nothing before it must, so that memory grows to a plateau; in a short
  /// time it does not get there.
  private static final double MOST_GROWTH = ROTATIONS < 100 ? 1.5 : 1.15;

  @TempDir private Path folder;

  @Test
  void answersRightOrHonestlyAndGrowsNot() throws Exception {
    var result = new Soak(folder, REQUESTS, ROTATIONS).run();
    System.out.println(result);

    assertEquals("", result.wrong(), result::toString);
    assertTrue(result.requests() >= REQUESTS, result::toString);
    assertTrue(result.rotations() >= ROTATIONS, result::toString);
    assertTrue(result.good() > result.requests() / 10, result::toString);
    assertTrue(
        result.last().kilobytes() <= result.middle().kilobytes() * MOST_GROWTH, result::toString);
    assertTrue(result.last().threads() <= result.middle().threads() + 8, result::toString);
  }
}
