package dev.countersign.cli;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.WebFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;

/// Reads what a flag such as `--signature` names: a file, an `https://` URL, or the base64 text
/// itself.
final class BareValue {
  private static final int MOST_BYTES = 64 << 10;

  private final World world;
  private final RegistryAccess access;
  private final Flag flag;

  BareValue(World world, RegistryAccess access, Flag flag) {
    this.world = world;
    this.access = access;
    this.flag = flag;
  }

  Bytes read(String text, Deadline deadline) throws Failure, IOException {
    if (text.startsWith("https://") || text.startsWith("http://")) {
      try (var web = new WebFiles(access.connections())) {
        return decode(web.fetch(text, MOST_BYTES, deadline));
      }
    }
    return isFile(text) ? decode(SmallFile.read(world, text, MOST_BYTES)) : decode(text);
  }

  private boolean isFile(String text) {
    try {
      return text.equals("-") || Files.exists(world.folder().resolve(text));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /// Base64, spaces and line ends around it left out; else, as cosign reads it, the bytes.
  private static Bytes decode(Bytes content) {
    try {
      var text = new String(content.toArray(), StandardCharsets.ISO_8859_1);
      return Base64Text.decode(text.strip());
    } catch (FormatException e) {
      return content;
    }
  }

  private Bytes decode(String text) throws Failure {
    try {
      return Base64Text.decode(text.strip());
    } catch (FormatException e) {
      throw new Failure(
          "expected --%s with a file, an https URL or base64, got \"%s\", which is none"
              .formatted(flag.name(), OneLine.of(text)));
    }
  }
}
