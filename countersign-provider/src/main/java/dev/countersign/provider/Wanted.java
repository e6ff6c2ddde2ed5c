package dev.countersign.provider;

import dev.countersign.format.OneLine;
import dev.countersign.json.JsonObject;
import dev.countersign.verify.Authority;

/// An authority as it is told to people.
record Wanted(String name, Holder holder) {
  private static final int BRIEF = "SHA256:".length() + 4;

  /// Who signs under that name.
  sealed interface Holder {
    /// Who has a key.
    ///
    /// @param fingerprint the whole of it
    record OfKey(String fingerprint) implements Holder {}

    /// Who is given certificates as somebody.
    ///
    /// @param identity whom they must name, and who must vouch for it
    record OfIdentity(String identity) implements Holder {}
  }

  static Wanted of(Authority authority) {
    var name = OneLine.of(authority.name());
    return switch (authority) {
      case Authority.Key key -> new Wanted(name, new Holder.OfKey(key.key().fingerprint()));
      case Authority.Keyless keyless ->
          new Wanted(name, new Holder.OfIdentity(OneLine.of(keyless.identity().toString())));
    };
  }

  /// Name and the beginning of the key, or the identity.
  String text() {
    return name
        + ' '
        + switch (holder) {
          case Holder.OfKey(var fingerprint) -> brief(fingerprint);
          case Holder.OfIdentity(var identity) -> identity;
        };
  }

  /// The beginning of a fingerprint: enough to tell two keys apart by eye, and no proof.
  static String brief(String fingerprint) {
    return fingerprint.substring(0, Math.min(BRIEF, fingerprint.length())) + '…';
  }

  JsonObject toJson() {
    var json = JsonObject.empty().with("authority", name);
    return switch (holder) {
      case Holder.OfKey(var fingerprint) -> json.with("key", fingerprint);
      case Holder.OfIdentity(var identity) -> json.with("identity", identity);
    };
  }
}
