package dev.countersign.key;

import dev.countersign.format.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// The files of `vectors/key`; its README says who made them.
public final class Vectors {
  private Vectors() {}

  static Bytes bytes(String name) throws IOException {
    try (var file = Vectors.class.getResourceAsStream("/vectors/key/" + name)) {
      return Bytes.copyOf(Objects.requireNonNull(file, name).readAllBytes());
    }
  }

  public static String text(String name) throws IOException {
    return new String(bytes(name).toArray(), StandardCharsets.UTF_8);
  }

  static Passphrase passphrase(String text) {
    return Passphrase.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
