package dev.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole command, where something breaks that must not.
class CommandLineTest {
  @TempDir private Path folder;

  /// A crash of gitsign ended with 0, and scripts went on.
  @Test
  void endsNoCrashWithZero_CVE_2026_44310() {
    var stderr = new ByteArrayOutputStream();
    var broken =
        new PrintStream(OutputStream.nullOutputStream()) {
          @Override
          public void print(String text) {
            throw new IllegalStateException("a defect");
          }

          @Override
          public void println(Object line) {
            throw new IllegalStateException("a defect");
          }

          @Override
          public void println(String line) {
            throw new IllegalStateException("a defect");
          }
        };
    var world =
        new World(
            Map.of(),
            folder,
            InputStream.nullInputStream(),
            broken,
            new PrintStream(stderr, true, StandardCharsets.UTF_8),
            new SystemKeyboard(broken),
            work -> {});

    int exitCode = new CommandLine(world).run(List.of("version"));

    var text = stderr.toString(StandardCharsets.UTF_8);
    assertEquals(1, exitCode, text);
    assertTrue(text.startsWith("Error: unexpected java.lang.IllegalStateException"), text);
  }
}
