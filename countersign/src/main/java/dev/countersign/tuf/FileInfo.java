package dev.countersign.tuf;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.json.JsonObject;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;

/// What metadata says of another file.
///
/// @param hashes in lower-case hex; none if it does not say
record FileInfo(OptionalLong length, Map<HashAlgorithm, String> hashes) {
  FileInfo {
    hashes = Map.copyOf(hashes);
  }

  static FileInfo parse(JsonObject json) throws FormatException {
    var length = json.findWholeNumber("length");
    var hashes = new EnumMap<HashAlgorithm, String>(HashAlgorithm.class);
    for (var hash : json.findStrings("hashes").entrySet()) {
      if (hash.getKey().equals("sha256") || hash.getKey().equals("sha512")) {
        hashes.put(HashAlgorithm.parse(hash.getKey()), hash.getValue());
      }
    }
    return new FileInfo(
        length.isEmpty() ? OptionalLong.empty() : OptionalLong.of(length.get()), hashes);
  }

  /// The most to read of the file.
  int limit(int most) {
    return (int) Math.min(most, length.orElse(most));
  }

  /// Refuses another file.
  ///
  /// @throws FormatException if the length or a hash differs
  void requireSame(String name, Bytes content) throws FormatException {
    if (length.isPresent() && length.getAsLong() != content.size()) {
      throw new FormatException(
          "expected %d bytes of %s, got %d".formatted(length.getAsLong(), name, content.size()));
    }
    for (var hash : hashes.entrySet()) {
      var actual = hash.getKey().hexOf(content);
      if (!actual.equals(hash.getValue())) {
        throw new FormatException(
            "expected %s of the hash %s, got %s".formatted(name, hash.getValue(), actual));
      }
    }
  }
}
