package dev.countersign.tuf;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// A metadata file
/// ([§4.2](https://theupdateframework.github.io/specification/latest/#file-formats-general)), read
/// but not yet believed.
///
/// @param signed what the signatures are over, in its canonical spelling
/// @param signatures by the names of the keys
record Metadata(
    Kind kind,
    long version,
    Instant expires,
    JsonObject signed,
    Bytes canonical,
    Map<String, Bytes> signatures) {
  private static final int MAX_SIGNATURES = 256;

  Metadata {
    signatures = Map.copyOf(signatures);
  }

  /// The four kinds, and the most that is read of each, in bytes.
  enum Kind {
    ROOT(512_000),
    TIMESTAMP(16_384),
    SNAPSHOT(2_000_000),
    TARGETS(5_000_000);

    private final int maxBytes;

    Kind(int maxBytes) {
      this.maxBytes = maxBytes;
    }

    int maxBytes() {
      return maxBytes;
    }

    /// The name in metadata.
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// The name of its file.
    String file() {
      return this + ".json";
    }
  }

  /// Reads metadata that must be of `kind`.
  ///
  /// @throws FormatException if it is anything else
  static Metadata parse(Kind kind, Bytes json) throws FormatException {
    if (json.size() > kind.maxBytes()) {
      throw new FormatException(
          "expected at most %d bytes of %s, got %d"
              .formatted(kind.maxBytes(), kind.file(), json.size()));
    }
    var file = JsonValue.parseObject(json);
    var signed = file.getObject("signed");
    var type = signed.getString("_type");
    if (!type.equals(kind.toString())) {
      throw new FormatException("expected metadata of the type " + kind + ", got another");
    }
    requireSpecification(signed.getString("spec_version"));
    var version = signed.getLong("version");
    if (version < 1) {
      throw new FormatException("expected a version from 1 on, got " + version);
    }
    return new Metadata(
        kind,
        version,
        time(signed.getString("expires")),
        signed,
        CanonicalJson.of(signed),
        signatures(file));
  }

  private static void requireSpecification(String version) throws FormatException {
    if (!version.matches("1(\\.[0-9]{1,9}){1,2}")) {
      throw new FormatException("expected metadata of specification 1, got another");
    }
  }

  /// A key that stands there twice makes the file malformed, as the specification wants. An empty
  /// signature is of a key that has not signed yet.
  private static Map<String, Bytes> signatures(JsonObject file) throws FormatException {
    var items = file.getArray("signatures");
    if (items.size() > MAX_SIGNATURES) {
      throw new FormatException(
          "expected at most " + MAX_SIGNATURES + " signatures, got " + items.size());
    }
    var signatures = new LinkedHashMap<String, Bytes>();
    for (var item : items) {
      var signature = item.asObject("a signature");
      var bytes = hex(signature.getString("sig"));
      if (signatures.put(signature.getString("keyid"), bytes) != null) {
        throw new FormatException("expected one signature of each key, got two");
      }
    }
    return signatures;
  }

  static Bytes hex(String text) throws FormatException {
    try {
      return Bytes.copyOf(HexFormat.of().parseHex(text));
    } catch (IllegalArgumentException e) {
      throw new FormatException("expected hex, got another text", e);
    }
  }

  private static Instant time(String text) throws FormatException {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new FormatException("expected a time as 2026-01-31T12:00:00Z, got another text", e);
    }
  }

  /// Refuses what must not be believed any more.
  ///
  /// @throws FormatException if it has expired at `now`
  void requireFresh(Instant now) throws FormatException {
    if (!now.isBefore(expires)) {
      throw new FormatException(
          "expected a %s that is still good, got one that expired on %s"
              .formatted(kind.file(), expires));
    }
  }

  /// Refuses another version.
  ///
  /// @throws FormatException naming both
  void requireVersion(long wanted) throws FormatException {
    if (version != wanted) {
      throw new FormatException(
          "expected version %d of %s, got %d".formatted(wanted, kind.file(), version));
    }
  }
}
