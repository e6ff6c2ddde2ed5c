package dev.countersign.access;

import dev.countersign.format.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Reads small files; what fails names the file and never shows its content.
public final class TextFile {
  private TextFile() {}

  /// Bytes as characters: comments between PEM blocks may be in any encoding.
  static String readLatin1(Path file, int limitBytes) throws IOException {
    return new String(read(file, limitBytes).toArray(), StandardCharsets.ISO_8859_1);
  }

  /// The content of a file of at most `limitBytes`.
  ///
  /// @throws IOException in one line: if it is not there, cannot be read, or is longer
  public static Bytes read(Path file, int limitBytes) throws IOException {
    try (var in = Files.newInputStream(file)) {
      var content = in.readNBytes(limitBytes + 1);
      if (content.length > limitBytes) {
        throw new IOException(file + ": expected at most " + limitBytes + " bytes, got more");
      }
      return Bytes.copyOf(content);
    } catch (NoSuchFileException e) {
      throw new IOException(file + ": no such file", e);
    } catch (AccessDeniedException e) {
      throw new IOException(file + ": permission denied", e);
    }
  }
}
