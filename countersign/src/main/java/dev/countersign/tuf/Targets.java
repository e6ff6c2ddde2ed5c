package dev.countersign.tuf;

import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The files that a repository offers
/// ([§4.5](https://theupdateframework.github.io/specification/latest/#file-formats-targets)). Those
/// that other roles offer in its name (delegations) are not looked at.
final class Targets {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");

  private final Map<String, FileInfo> files;

  private Targets(Map<String, FileInfo> files) {
    this.files = files;
  }

  static Targets of(Metadata metadata) throws FormatException {
    var files = new LinkedHashMap<String, FileInfo>();
    for (var member : metadata.signed().getObject("targets").members().entrySet()) {
      files.put(member.getKey(), FileInfo.parse(member.getValue().asObject("a file")));
    }
    return new Targets(files);
  }

  /// What is said of the file `name`, by which alone it may be believed; empty if there is none.
  ///
  /// @throws FormatException if too little is said of it, or `name` is none of a file in one folder
  Optional<FileInfo> find(String name) throws FormatException {
    if (!NAME.matcher(name).matches()) {
      throw new FormatException("expected the name of a file in one folder, got another");
    }
    var info = files.get(name);
    if (info == null) {
      return Optional.empty();
    }
    if (info.length().isEmpty() || !info.hashes().containsKey(HashAlgorithm.SHA256)) {
      throw new FormatException("expected length and SHA-256 of " + name + ", got less");
    }
    return Optional.of(info);
  }
}
