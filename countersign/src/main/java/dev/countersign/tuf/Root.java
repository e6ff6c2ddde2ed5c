package dev.countersign.tuf;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.key.PublicKey;
import dev.countersign.tuf.Metadata.Kind;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Whom a repository's files are believed from
/// ([§4.3](https://theupdateframework.github.io/specification/latest/#file-formats-root)).
///
/// @param bytes the file as it came
record Root(Metadata metadata, Map<Kind, Role> roles, Bytes bytes) {
  private static final int MAX_KEYS = 256;
  private static final String P256 = "3059301306072a8648ce3d020106082a8648ce3d030107034200";
  private static final String ED25519 = "302a300506032b6570032100";

  Root {
    roles = Map.copyOf(roles);
  }

  /// Reads a `root.json` that signs itself by its own rule.
  ///
  /// @throws FormatException if it does not, or is none
  static Root parse(Bytes json) throws FormatException {
    var metadata = Metadata.parse(Kind.ROOT, json);
    var consistent = metadata.signed().find("consistent_snapshot");
    if (!consistent.equals(Optional.of(new JsonValue.JsonBoolean(true)))) {
      throw new FormatException("expected a repository with consistent snapshots, got another");
    }
    var keys = keys(metadata.signed().getObject("keys"));
    var named = metadata.signed().getObject("roles");
    var roles = new EnumMap<Kind, Role>(Kind.class);
    for (var kind : Kind.values()) {
      roles.put(kind, role(named.getObject(kind.toString()), keys));
    }
    var root = new Root(metadata, roles, json);
    root.role(Kind.ROOT).requireSigned(metadata);
    return root;
  }

  long version() {
    return metadata.version();
  }

  Role role(Kind kind) {
    return Objects.requireNonNull(roles.get(kind));
  }

  /// The next root, which this one's keys sign too
  /// ([§5.3](https://theupdateframework.github.io/specification/latest/#update-root)).
  ///
  /// @throws FormatException if it is not the next
  Root next(Bytes json) throws FormatException {
    var next = parse(json);
    role(Kind.ROOT).requireSigned(next.metadata);
    next.metadata.requireVersion(version() + 1);
    return next;
  }

  private static Role role(JsonObject json, Map<String, PublicKey> keys) throws FormatException {
    var threshold = json.getLong("threshold");
    if (threshold < 1) {
      throw new FormatException("expected a threshold from 1 on, got " + threshold);
    }
    var own = new HashMap<String, PublicKey>();
    for (var item : json.getArray("keyids")) {
      var id = item.asString("the name of a key");
      var key = keys.get(id);
      if (key != null) {
        own.put(id, key);
      }
    }
    return new Role(own, threshold);
  }

  /// Those of a kind that this program does not know are left out: they cannot sign.
  private static Map<String, PublicKey> keys(JsonObject json) throws FormatException {
    if (json.members().size() > MAX_KEYS) {
      throw new FormatException(
          "expected at most " + MAX_KEYS + " keys, got " + json.members().size());
    }
    var keys = new HashMap<String, PublicKey>();
    for (var member : json.members().entrySet()) {
      var key = key(member.getValue().asObject("a key"));
      if (key.isPresent()) {
        keys.put(member.getKey(), key.get());
      }
    }
    return keys;
  }

  private static Optional<PublicKey> key(JsonObject json) throws FormatException {
    var text = json.getObject("keyval").findString("public").orElse("");
    return switch (json.getString("scheme")) {
      case "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384" ->
          Optional.of(
              text.startsWith("-----")
                  ? PublicKey.parsePem(text)
                  : PublicKey.parseDer(Metadata.hex(P256 + text)));
      case "ed25519" -> Optional.of(PublicKey.parseDer(Metadata.hex(ED25519 + text)));
      default -> Optional.empty();
    };
  }
}
