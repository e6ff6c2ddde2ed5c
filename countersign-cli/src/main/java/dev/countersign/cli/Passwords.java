package dev.countersign.cli;

import dev.countersign.key.Passphrase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Where the password of a key file comes from: `COSIGN_PASSWORD` if it is set, even to nothing;
/// else a person at a terminal; else all of standard input.
final class Passwords {
  private static final String VARIABLE = "COSIGN_PASSWORD";
  private static final int MAX_BYTES = 64 << 10;

  private final World world;

  Passwords(World world) {
    this.world = world;
  }

  /// The password for a key that is being made, which the caller closes. A person types it twice; a
  /// line end that came through a pipe is part of it, as in cosign, and warned of.
  Passphrase choose() throws Failure, IOException {
    var variable = ofVariable();
    if (variable.isPresent()) {
      return variable.get();
    }
    return switch (world.keyboard().source()) {
      case PERSON -> typeTwice();
      case STREAM -> {
        var password = readAll();
        if (password.withoutLineEnd().isPresent()) {
          world.warn(
              "the password from standard input ends in a line end, which is now part of it;"
                  + " printf %s leaves it out");
        }
        yield password;
      }
      case NOBODY -> throw nobody();
    };
  }

  /// The passwords to try on a key, which the caller closes: what came, and if that was a pipe,
  /// what came without its last line end.
  List<Passphrase> candidates() throws Failure, IOException {
    var variable = ofVariable();
    if (variable.isPresent()) {
      return List.of(variable.get());
    }
    return switch (world.keyboard().source()) {
      case PERSON -> List.of(type("Enter password for private key: "));
      case STREAM -> {
        var whole = readAll();
        var line = whole.withoutLineEnd();
        yield line.isEmpty() ? List.of(whole) : List.of(whole, line.get());
      }
      case NOBODY -> throw nobody();
    };
  }

  private Optional<Passphrase> ofVariable() {
    return world
        .variable(VARIABLE)
        .map(text -> Passphrase.of(text.getBytes(StandardCharsets.UTF_8)));
  }

  private Passphrase typeTwice() throws Failure, IOException {
    var first = type("Enter password for private key: ");
    try (var second = type("Enter password for private key again: ")) {
      if (!first.matches(second)) {
        first.close();
        throw new Failure("passwords do not match");
      }
      return first;
    }
  }

  private Passphrase type(String prompt) throws IOException {
    var text = world.keyboard().readSecret(prompt);
    try {
      return Passphrase.of(text);
    } finally {
      Arrays.fill(text, '\0');
    }
  }

  private Passphrase readAll() throws Failure, IOException {
    var bytes = world.stdin().readNBytes(MAX_BYTES + 1);
    try {
      if (bytes.length > MAX_BYTES) {
        throw new Failure("expected a password of at most 64 KiB on standard input, got more");
      }
      return Passphrase.of(bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /// In the words that some callers of cosign look for.
  private static Failure nobody() {
    return new Failure("cannot ask for a password: inappropriate ioctl for device")
        .withHint("set " + VARIABLE + " or pipe the password to standard input");
  }
}
