package dev.countersign.provider;

import dev.countersign.access.KeyReference;
import dev.countersign.access.TextFile;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.json.JsonValue.JsonBoolean;
import dev.countersign.json.JsonValue.JsonNull;
import dev.countersign.json.JsonValue.JsonNumber;
import dev.countersign.json.JsonValue.JsonString;
import dev.countersign.key.PublicKey;
import dev.countersign.oci.Digest;
import dev.countersign.policy.TrustPolicy;
import dev.countersign.trust.TrustedRoot;
import dev.countersign.trust.Validity;
import dev.countersign.verify.Authority;
import dev.countersign.verify.Witnessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads a policy file, `kind: TrustPolicy` (`docs/policy.md`).
///
/// What is unknown, missing or contradictory refuses the whole file: a rule that was half
/// understood would let something in.
public final class PolicyFile {
  /// The fields of each mapping, in the order of the documentation.
  static final Map<String, List<String>> FIELDS =
      Map.ofEntries(
          Map.entry(
              "",
              List.of(
                  "apiVersion",
                  "kind",
                  "policies",
                  "authorities",
                  "revokedDigests",
                  "registries",
                  "mirrors",
                  "remember")),
          Map.entry(
              "policies",
              List.of(
                  "name",
                  "noMatch",
                  "transparencyLog",
                  "timestamps",
                  "certificateLog",
                  "trustedRoot",
                  "rules")),
          Map.entry(
              "rules",
              List.of(
                  "images",
                  "namespaces",
                  "anyOf",
                  "allOf",
                  "atLeast",
                  "annotations",
                  "attestations",
                  "signedName",
                  "signatureRepository",
                  "exactDigest",
                  "allow")),
          Map.entry("authorities", List.of("name", "key", "keyless", "validFrom", "validUntil")),
          Map.entry("remember", List.of("evidence", "noSignature", "tags")),
          Map.entry(
              "registries",
              List.of(
                  "host", "ca", "clientCert", "clientKey", "http", "credentials", "concurrency")),
          Map.entry("credentials", List.of("folder", "dockerConfig", "helper")),
          Map.entry("mirrors", List.of("source", "mirror")),
          Map.entry("key", List.of("file", "env")),
          Map.entry("attestations", List.of("type", "cel", "builder", "sourceRepo", "ref")),
          Map.entry(
              "keyless",
              List.of("issuer", "issuerRegExp", "subject", "subjectRegExp", "extensions")));

  private static final Pattern NAME = Pattern.compile("[a-z0-9.-]{1,63}");
  private static final int MAX_BYTES = 1 << 20;
  private static final Pattern TIME = Pattern.compile("([0-9]{1,6})([smh])");
  private static final int MAX_AUTHORITIES = 200;

  private final KeyReader keys;
  private final Path folder;
  private final Map<String, Authority> authorities = new LinkedHashMap<>();

  private PolicyFile(KeyReader keys, Path folder) {
    this.keys = keys;
    this.folder = folder;
  }

  /// Reads what the file names.
  @FunctionalInterface
  public interface KeyReader {
    /// The text of a key.
    ///
    /// @throws IOException in one line: if there is none
    Bytes read(KeyReference key) throws IOException;
  }

  /// Reads a policy file and the files that it names; paths in it start at its folder.
  ///
  /// @throws FormatException naming the place in the file
  /// @throws IOException if it or a key cannot be read
  public static Policies read(Path file, KeyReader keys) throws FormatException, IOException {
    return parse(
        TextFile.read(file, MAX_BYTES),
        key ->
            keys.read(
                key instanceof KeyReference.File(var path)
                    ? new KeyReference.File(file.resolveSibling(path))
                    : key),
        file.toAbsolutePath().resolveSibling(""));
  }

  /// The files that are there of those that a policy file names in any field.
  ///
  /// @throws FormatException if it is no YAML
  /// @throws IOException if it cannot be read
  public static List<Path> named(Path file) throws FormatException, IOException {
    return texts(YamlText.parse(TextFile.read(file, MAX_BYTES)))
        .filter(text -> text.indexOf('\0') < 0)
        .map(file::resolveSibling)
        .filter(Files::isRegularFile)
        .toList();
  }

  private static Stream<String> texts(JsonValue value) {
    return switch (value) {
      case JsonObject object -> object.members().values().stream().flatMap(PolicyFile::texts);
      case JsonArray array -> array.items().stream().flatMap(PolicyFile::texts);
      case JsonString string -> Stream.of(string.text());
      case JsonNumber _, JsonBoolean _, JsonNull _ -> Stream.empty();
    };
  }

  /// @param folder where the paths of other files than keys start
  static Policies parse(Bytes text, KeyReader keys, Path folder)
      throws FormatException, IOException {
    return new PolicyFile(keys, folder).parse(new PolicyNode("", YamlText.parse(text)));
  }

  private Policies parse(PolicyNode file) throws FormatException, IOException {
    file.refuseOthers(fields(""));
    require(file, "apiVersion", "countersign.dev/v1");
    require(file, "kind", "TrustPolicy");
    if (file.has("authorities")) {
      readAuthorities(file.nodes("authorities"));
    }
    var policies = new LinkedHashMap<String, TrustPolicy>();
    for (var node : file.nodes("policies")) {
      var name = node.parse("name", PolicyFile::name);
      if (policies.put(name, policy(node)) != null) {
        throw node.problem("a second policy named \"" + name + '"');
      }
    }
    var revoked = file.findAll("revokedDigests", Digest::parse).orElse(List.of());
    return new Policies(
        policies, Set.copyOf(revoked), remember(file), new PolicyRegistries(folder).read(file));
  }

  private static Remember remember(PolicyNode file) throws FormatException {
    if (!file.has("remember")) {
      return Remember.DEFAULT;
    }
    var node = file.node("remember");
    node.refuseOthers(fields("remember"));
    try {
      return new Remember(
          node.find("evidence", PolicyFile::time).orElse(Remember.DEFAULT.evidence()),
          node.find("noSignature", PolicyFile::time).orElse(Remember.DEFAULT.noSignature()),
          node.find("tags", PolicyFile::time).orElse(Remember.DEFAULT.tags()));
    } catch (IllegalArgumentException e) {
      throw node.problem(String.valueOf(e.getMessage()));
    }
  }

  /// A number and `s`, `m` or `h`.
  private static Duration time(String text) throws FormatException {
    var matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      throw new FormatException("expected a time such as 5s, 10m or 1h, got \"" + text + '"');
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "h" -> Duration.ofHours(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofSeconds(number);
    };
  }

  static List<String> fields(String mapping) {
    return FIELDS.getOrDefault(mapping, List.of());
  }

  static void require(PolicyNode node, String name, String wanted) throws FormatException {
    var text = node.text(name);
    if (!text.equals(wanted)) {
      throw node.problem("expected " + name + ": " + wanted + ", got " + text);
    }
  }

  static String name(String text) throws FormatException {
    if (!NAME.matcher(text).matches()) {
      throw new FormatException("expected a name of 1 to 63 [a-z0-9.-], got \"" + text + '"');
    }
    return text;
  }

  private void readAuthorities(List<PolicyNode> nodes) throws FormatException, IOException {
    if (nodes.size() > MAX_AUTHORITIES) {
      throw new FormatException(
          "authorities: expected at most " + MAX_AUTHORITIES + ", got " + nodes.size());
    }
    for (var node : nodes) {
      node.refuseOthers(fields("authorities"));
      var name = node.parse("name", PolicyFile::name);
      var authority = authority(name, node);
      if (authorities.put(name, authority) != null) {
        throw node.problem("a second authority named \"" + name + '"');
      }
    }
  }

  /// Who else must have seen its signatures is said by each policy.
  private Authority authority(String name, PolicyNode node) throws FormatException, IOException {
    if (node.has("key") == node.has("keyless")) {
      throw node.problem("expected one of key and keyless");
    }
    if (node.has("key")) {
      return new Authority.Key(name, key(node.node("key")), validity(node));
    }
    var keyless = node.node("keyless");
    keyless.refuseOthers(fields("keyless"));
    return new Authority.Keyless(
        name,
        PolicyIdentity.read(keyless),
        validity(node),
        new Witnessing(TrustedRoot.NOBODY, 1, 0, 1));
  }

  private PublicKey key(PolicyNode node) throws FormatException, IOException {
    node.refuseOthers(fields("key"));
    var file = node.find("file");
    var variable = node.find("env");
    if (file.isPresent() == variable.isPresent()) {
      throw node.problem("expected one of file and env");
    }
    KeyReference reference =
        file.isPresent()
            ? new KeyReference.File(Path.of(file.get()))
            : new KeyReference.Variable(variable.orElseThrow());
    try {
      return PublicKey.parsePem(keys.read(reference).toUtf8());
    } catch (FormatException e) {
      throw node.problem(e.problem());
    } catch (IOException e) {
      throw new IOException(node.place() + ": " + e.getMessage(), e);
    }
  }

  private static Validity validity(PolicyNode node) throws FormatException {
    var from = node.find("validFrom", text -> moment(text, LocalTime.MIN));
    var until = node.find("validUntil", text -> moment(text, LocalTime.MAX));
    try {
      return new Validity(from.orElse(Instant.MIN), until.orElse(Instant.MAX));
    } catch (IllegalArgumentException e) {
      throw node.problem("expected validFrom before validUntil");
    }
  }

  /// A moment, or a day, which begins or ends at the time of day, in UTC.
  private static Instant moment(String text, LocalTime time) throws FormatException {
    try {
      return text.length() == "2026-01-01".length()
          ? LocalDate.parse(text).atTime(time).toInstant(ZoneOffset.UTC)
          : Instant.parse(text);
    } catch (DateTimeException e) {
      throw new FormatException(
          "expected a day as 2026-01-31 or a moment as 2026-01-31T12:00:00Z, got \"" + text + '"',
          e);
    }
  }

  private TrustPolicy policy(PolicyNode node) throws FormatException, IOException {
    node.refuseOthers(fields("policies"));
    if (node.has("noMatch")) {
      require(node, "noMatch", "deny");
    }
    var trust =
        PolicyTrust.read(
            node, file -> TrustedRoot.parse(keys.read(new KeyReference.File(Path.of(file)))));
    return new TrustPolicy(new PolicyRules(authorities, trust).read(node));
  }
}
