package dev.countersign.cli;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// The process's own standard input, as Unix systems have it.
///
/// Not Java's console: that one wants standard output to be a terminal too, which it is not in
/// `countersign sign … | tee log`.
final class SystemKeyboard implements Keyboard {
  private static final Path STDIN = Path.of("/dev/stdin");
  private static final int TYPE = 0170000;
  private static final int CHARACTER_DEVICE = 0020000;
  private static final int MAX_CHARACTERS = 4_096;

  private final PrintStream stderr;

  SystemKeyboard(PrintStream stderr) {
    this.stderr = stderr;
  }

  @Override
  public Source source() {
    if (!isDevice()) {
      return Source.STREAM;
    }
    try {
      return stty("-g") == 0 ? Source.PERSON : Source.NOBODY;
    } catch (IOException e) {
      return Source.NOBODY;
    }
  }

  @Override
  public char[] readSecret(String prompt) throws IOException {
    stderr.print(prompt);
    stderr.flush();
    if (stty("-echo") != 0) {
      throw new IOException("cannot turn off the terminal's echo; set COSIGN_PASSWORD instead");
    }
    // Also when Ctrl-C ends the process in between.
    var hook = new Thread(this::restore);
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return readLine();
    } finally {
      Runtime.getRuntime().removeShutdownHook(hook);
      restore();
    }
  }

  private void restore() {
    try {
      stty("echo");
    } catch (IOException e) {
      stderr.println("WARNING: the terminal's echo is still off; stty echo turns it on");
    }
    stderr.println();
    stderr.flush();
  }

  /// The next line of the terminal, which gives no more than that to a reader.
  private static char[] readLine() throws IOException {
    var text = new char[MAX_CHARACTERS];
    int length = 0;
    var in = new InputStreamReader(Files.newInputStream(STDIN), StandardCharsets.UTF_8);
    try (in) {
      int next = in.read();
      while (next >= 0 && next != '\n' && length < MAX_CHARACTERS) {
        text[length++] = (char) next;
        next = in.read();
      }
      if (next < 0 && length == 0) {
        throw new IOException("expected a password, got the end of the input");
      }
      return Arrays.copyOf(text, length);
    } finally {
      Arrays.fill(text, '\0');
    }
  }

  private static int stty(String word) throws IOException {
    try {
      var process =
          new ProcessBuilder("stty", word)
              .redirectInput(ProcessBuilder.Redirect.INHERIT)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static boolean isDevice() {
    try {
      var mode = Files.getAttribute(STDIN, "unix:mode");
      return mode instanceof Integer bits && (bits & TYPE) == CHARACTER_DEVICE;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return false;
    }
  }
}
