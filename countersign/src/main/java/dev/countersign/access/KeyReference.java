package dev.countersign.access;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.WebFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// Where a key is, as given to `--key`.
public sealed interface KeyReference {
  /// The longest key that is read, in bytes.
  int MAX_BYTES = 64 << 10;

  /// A file.
  record File(Path path) implements KeyReference {
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /// A variable of the environment.
  record Variable(String name) implements KeyReference {
    @Override
    public String toString() {
      return "env://" + name;
    }
  }

  /// A URL, to be fetched over HTTPS, or from loopback.
  record Web(String url) implements KeyReference {
    @Override
    public String toString() {
      int query = url.indexOf('?');
      return query < 0 ? url : url.substring(0, query);
    }
  }

  /// Reads a path, `env://NAME`, or an `https` URL.
  ///
  /// @throws FormatException for other schemes, `env:NAME=…` and `k8s://…` among them
  static KeyReference parse(String text) throws FormatException {
    if (text.startsWith("env://")) {
      var name = text.substring("env://".length());
      if (!Patterns.VARIABLE.matcher(name).matches()) {
        throw new FormatException("expected env:// and the name of a variable, got another text");
      }
      return new Variable(name);
    }
    if (text.startsWith("https://") || text.startsWith("http://")) {
      WebFiles.requireUrl(text);
      return new Web(text);
    }
    var scheme = Patterns.SCHEME.matcher(text);
    if (scheme.lookingAt()) {
      throw new FormatException(
          "unknown key scheme: expected a file, env://NAME or https://…, got "
              + scheme.group()
              + "…; write ./ before a file name with a colon");
    }
    if (text.isEmpty() || text.indexOf('\0') >= 0) {
      throw new FormatException("expected a key, got an empty or unreadable name");
    }
    return new File(Path.of(text));
  }

  /// The key's text, whatever is in it.
  ///
  /// @throws IOException if it is not there, cannot be read, or is longer than [#MAX_BYTES]
  default Bytes read(Environment environment, WebFiles web, Deadline deadline) throws IOException {
    return switch (this) {
      case File file -> TextFile.read(file.path(), MAX_BYTES);
      case Web page -> web.fetch(page.url(), MAX_BYTES, deadline);
      case Variable variable -> {
        var value = environment.find(variable.name());
        yield Bytes.utf8(
            value.orElseThrow(() -> new IOException(variable + ": the variable is not set")));
      }
    };
  }

  /// Expressions, out of the public interface.
  final class Patterns {
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:(?://)?");

    private Patterns() {}
  }
}
