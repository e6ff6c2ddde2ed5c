package dev.countersign.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.cli.interop.Peer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Our command in this process, run and answering as a peer is.
public final class OurCommand {
  private OurCommand() {}

  /// Runs the command in a working folder with these variables only, and nobody at the keyboard.
  public static Peer.Run runIn(Path folder, Map<String, String> environment, String... words) {
    var stdout = new ByteArrayOutputStream();
    var stderr = new ByteArrayOutputStream();
    var exit = new CommandLine(world(folder, environment, stdout, stderr)).run(List.of(words));
    return new Peer.Run(exit, stdout.toString(UTF_8), stderr.toString(UTF_8));
  }

  static World world(
      Path folder, Map<String, String> environment, OutputStream stdout, OutputStream stderr) {
    return new World(
        environment,
        folder,
        InputStream.nullInputStream(),
        new PrintStream(stdout, false, UTF_8),
        new PrintStream(stderr, false, UTF_8),
        new NoKeyboard(),
        work -> {});
  }

  private static final class NoKeyboard implements Keyboard {
    @Override
    public Source source() {
      return Source.NOBODY;
    }

    @Override
    public char[] readSecret(String prompt) throws IOException {
      throw new IOException("nobody types");
    }
  }
}
