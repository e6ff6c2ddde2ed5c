package dev.countersign.testkit;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// A repository of [The Update
/// Framework](https://theupdateframework.github.io/specification/latest/) with consistent
/// snapshots, served over HTTP, that can be attacked on its way.
///
/// Two of three keys sign roots and targets, one signs snapshots and timestamps.
public final class FakeTufRepository implements AutoCloseable {
  private static final Duration LIFE = Duration.ofDays(7);

  /// What somebody between repository and client, or with some of its keys, can do.
  public enum Attack {
    /// The timestamp of before is served again, with all that it names.
    ROLLBACK,
    /// A new timestamp names a snapshot that is older than the one before.
    SNAPSHOT_ROLLBACK,
    /// The timestamp has expired: time stands still.
    FREEZE,
    /// The snapshot is the one of before, under the name of the new one.
    OLD_SNAPSHOT,
    /// The targets are those of before, under the name of the new ones.
    OLD_TARGETS,
    /// The snapshot does not name the targets any more.
    LOST_TARGETS,
    /// A file is another one.
    OTHER_FILE,
    /// Another key signed the timestamp.
    OTHER_TIMESTAMP_KEY,
    /// One key signed the targets.
    ONE_SIGNATURE,
    /// One key signed the targets under two names.
    ONE_KEY_TWICE,
    /// There is a next root, which none of the keys before signed.
    FOREIGN_ROOT,
    /// The next root has the version after next.
    SKIPPED_ROOT,
    /// The next root has expired.
    EXPIRED_ROOT,
    /// The timestamp never ends.
    ENDLESS_DATA
  }

  private final List<ServiceKey> main =
      List.of(ServiceKey.ecdsa(), ServiceKey.ed25519(), ServiceKey.ecdsa());
  private final Map<String, byte[]> served = new HashMap<>();
  private final Map<String, String> files = new TreeMap<>();
  private final LoopbackService service;
  private ServiceKey online = ServiceKey.ecdsa();
  private int rootVersion;
  private int version;
  private byte[] firstRoot = new byte[0];

  private FakeTufRepository() throws IOException {
    service = LoopbackService.start(this::answer);
    addRoot(LIFE, main, main);
  }

  /// One with a root and no files.
  public static FakeTufRepository start() throws IOException {
    return new FakeTufRepository();
  }

  public LoopbackService service() {
    return service;
  }

  public URI url() {
    return service.url();
  }

  /// The first root, which clients must have from elsewhere.
  public String root() {
    return new String(firstRoot, StandardCharsets.UTF_8);
  }

  /// Offers a file from now on, in a new version of everything but the root.
  public synchronized void publish(String name, String content) {
    files.put(name, content);
    var bytes = content.getBytes(StandardCharsets.UTF_8);
    served.put("targets/" + hex(ServiceKey.sha256(bytes)) + '.' + name, bytes);
    version++;
    addTargets(signers(main));
    addSnapshot(version, Map.of("targets.json", version));
    addTimestamp(version, version, LIFE, online);
  }

  /// Gives snapshots and timestamps another key, by a next root.
  public synchronized void rotate() {
    online = ServiceKey.ecdsa();
    addRoot(LIFE, main, main);
    addSnapshot(version, Map.of("targets.json", version));
    addTimestamp(version, version, LIFE, online);
  }

  /// Attacks. What is served afterwards stays so; there must have been two publications.
  public synchronized void attack(Attack attack) {
    switch (attack) {
      case ROLLBACK -> addTimestamp(version - 1, version - 1, LIFE, online);
      case SNAPSHOT_ROLLBACK -> addTimestamp(version + 1, version - 1, LIFE, online);
      case FREEZE -> addTimestamp(version, version, Duration.ofDays(-1), online);
      case OLD_SNAPSHOT -> {
        served.put((version + 1) + ".snapshot.json", find(version + ".snapshot.json"));
        addTimestamp(version + 1, version + 1, LIFE, online);
      }
      case OLD_TARGETS -> {
        served.put((version + 1) + ".targets.json", find(version + ".targets.json"));
        addSnapshot(version + 1, Map.of("targets.json", version + 1));
        addTimestamp(version + 1, version + 1, LIFE, online);
      }
      case LOST_TARGETS -> {
        addSnapshot(version + 1, Map.of("other.json", 1));
        addTimestamp(version + 1, version + 1, LIFE, online);
      }
      case OTHER_FILE -> {
        publish("trusted_root.json", files.getOrDefault("trusted_root.json", "") + ' ');
        served.replaceAll(
            (path, content) -> path.startsWith("targets/") ? new byte[content.length] : content);
      }
      case OTHER_TIMESTAMP_KEY -> addTimestamp(version + 1, version, LIFE, ServiceKey.ecdsa());
      case ONE_SIGNATURE -> replaceTargets(signers(main.subList(0, 1)));
      case ONE_KEY_TWICE -> {
        var twice = new LinkedHashMap<>(signers(main.subList(0, 1)));
        twice.put(keyId(main.get(1)), main.getFirst());
        replaceTargets(twice);
      }
      case FOREIGN_ROOT -> {
        var foreign = List.of(ServiceKey.ecdsa(), ServiceKey.ecdsa());
        addRoot(LIFE, foreign, foreign);
      }
      case SKIPPED_ROOT -> {
        rootVersion++;
        addRoot(LIFE, main, main);
        served.put(rootVersion - 1 + ".root.json", find(rootVersion + ".root.json"));
      }
      case EXPIRED_ROOT -> addRoot(Duration.ofDays(-1), main, main);
      case ENDLESS_DATA ->
          service.failAll(
              request -> request.path().equals("/timestamp.json"), new Fault.EndlessBody());
    }
  }

  private void replaceTargets(Map<String, ServiceKey> signers) {
    version++;
    addTargets(signers);
    addSnapshot(version, Map.of("targets.json", version));
    addTimestamp(version, version, LIFE, online);
  }

  private byte[] find(String path) {
    return Objects.requireNonNull(served.get(path), path);
  }

  private synchronized Reply answer(Call call) throws Refusal {
    var content = served.get(call.request().path().substring(1));
    if (content == null) {
      throw Routes.notFound();
    }
    return Reply.of(200).body("application/octet-stream", content);
  }

  private void addRoot(Duration life, List<ServiceKey> named, List<ServiceKey> signing) {
    rootVersion++;
    var keys = new TreeMap<String, Object>();
    named.forEach(key -> keys.put(keyId(key), describe(key)));
    keys.put(keyId(online), describe(online));
    var roles =
        Map.of(
            "root", role(named, 2),
            "targets", role(named, 2),
            "snapshot", role(List.of(online), 1),
            "timestamp", role(List.of(online), 1));
    var signed = signed("root", rootVersion, life);
    signed.put("consistent_snapshot", true);
    signed.put("keys", keys);
    signed.put("roles", roles);
    var bytes = sign(signed, signers(signing));
    if (firstRoot.length == 0) {
      firstRoot = bytes;
    }
    served.put(rootVersion + ".root.json", bytes);
  }

  private void addTargets(Map<String, ServiceKey> signers) {
    var targets = new TreeMap<String, Object>();
    files.forEach((name, content) -> {
      var bytes = content.getBytes(StandardCharsets.UTF_8);
      targets.put(
          name,
          Map.of(
              "length", bytes.length, "hashes", Map.of("sha256", hex(ServiceKey.sha256(bytes)))));
    });
    var signed = signed("targets", version, LIFE);
    signed.put("targets", targets);
    served.put(version + ".targets.json", sign(signed, signers));
  }

  private void addSnapshot(int number, Map<String, Integer> versions) {
    var meta = new TreeMap<String, Object>();
    versions.forEach((name, one) -> meta.put(name, Map.of("version", one)));
    var signed = signed("snapshot", number, LIFE);
    signed.put("meta", meta);
    served.put(number + ".snapshot.json", sign(signed, signers(List.of(online))));
  }

  private void addTimestamp(int number, int snapshot, Duration life, ServiceKey key) {
    var signed = signed("timestamp", number, life);
    signed.put("meta", Map.of("snapshot.json", Map.of("version", snapshot)));
    served.put("timestamp.json", sign(signed, Map.of(keyId(online), key)));
  }

  private static Map<String, Object> signed(String type, int version, Duration life) {
    var signed = new TreeMap<String, Object>();
    signed.put("_type", type);
    signed.put("spec_version", "1.0.31");
    signed.put("version", version);
    signed.put("expires", Instant.now().plus(life).truncatedTo(ChronoUnit.SECONDS).toString());
    return signed;
  }

  private static Map<String, Object> role(List<ServiceKey> keys, int threshold) {
    return Map.of(
        "keyids", keys.stream().map(FakeTufRepository::keyId).toList(), "threshold", threshold);
  }

  private static Map<String, ServiceKey> signers(List<ServiceKey> keys) {
    var signers = new LinkedHashMap<String, ServiceKey>();
    keys.forEach(key -> signers.put(keyId(key), key));
    return signers;
  }

  private static byte[] sign(Map<String, Object> signed, Map<String, ServiceKey> signers) {
    var signatures = new ArrayList<Map<String, ?>>();
    var canonical = canonical(signed).getBytes(StandardCharsets.UTF_8);
    signers.forEach(
        (id, key) -> signatures.add(Map.of("keyid", id, "sig", hex(key.sign(canonical)))));
    return Json.write(Map.of("signed", signed, "signatures", signatures));
  }

  private static Map<String, Object> describe(ServiceKey key) {
    var isEd25519 = key.publicKey().getAlgorithm().equals("EdDSA");
    return Map.of(
        "keytype",
        isEd25519 ? "ed25519" : "ecdsa",
        "scheme",
        isEd25519 ? "ed25519" : "ecdsa-sha2-nistp256",
        "keyval",
        Map.of("public", isEd25519 ? hex(key.rawEd25519()) : Pem.of(key.publicKey())));
  }

  private static String keyId(ServiceKey key) {
    return hex(ServiceKey.sha256(canonical(describe(key)).getBytes(StandardCharsets.UTF_8)));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /// The [spelling](http://wiki.laptop.org/go/Canonical_JSON) that is signed: line ends stand as
  /// they are.
  private static String canonical(Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        var members = new TreeMap<String, String>();
        map.forEach((name, member) -> members.put(String.valueOf(name), canonical(member)));
        var parts = new ArrayList<String>();
        members.forEach((name, member) -> parts.add('"' + name + "\":" + member));
        yield '{' + String.join(",", parts) + '}';
      }
      case List<?> list ->
          '[' + String.join(",", list.stream().map(FakeTufRepository::canonical).toList()) + ']';
      case String text -> '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
      default -> String.valueOf(value);
    };
  }

  @Override
  public void close() {
    service.close();
  }
}
