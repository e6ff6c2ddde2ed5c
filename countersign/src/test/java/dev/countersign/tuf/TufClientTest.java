package dev.countersign.tuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.registry.Connections;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.WebFiles;
import dev.countersign.testkit.FakeTufRepository;
import dev.countersign.testkit.FakeTufRepository.Attack;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TufClientTest {
  private static final String NAME = "trusted_root.json";
  private static final Map<Attack, String> REASONS =
      Map.ofEntries(
          Map.entry(Attack.ROLLBACK, "expected version 2 of timestamp.json or a later one, got 1"),
          Map.entry(
              Attack.SNAPSHOT_ROLLBACK,
              "expected version 2 of snapshot.json or a later one, got 1"),
          Map.entry(Attack.FREEZE, "expected a timestamp.json that is still good"),
          Map.entry(Attack.OLD_SNAPSHOT, "expected version 3 of snapshot.json, got 2"),
          Map.entry(Attack.OLD_TARGETS, "expected version 3 of targets.json, got 2"),
          Map.entry(Attack.LOST_TARGETS, "got one without targets.json"),
          Map.entry(Attack.OTHER_FILE, "expected trusted_root.json of the hash"),
          Map.entry(Attack.OTHER_TIMESTAMP_KEY, "signed by 1 of its keys, got 0"),
          Map.entry(Attack.ONE_SIGNATURE, "signed by 2 of its keys, got 1"),
          Map.entry(Attack.ONE_KEY_TWICE, "signed by 2 of its keys, got 1"),
          Map.entry(Attack.FOREIGN_ROOT, "signed by 2 of its keys, got 0"),
          Map.entry(Attack.SKIPPED_ROOT, "expected version 2 of root.json, got 3"),
          Map.entry(Attack.EXPIRED_ROOT, "expected a root.json that is still good"),
          Map.entry(Attack.ENDLESS_DATA, "expected at most 16384 bytes, got more"));

  private final MemoryCache cache = new MemoryCache();
  private FakeTufRepository repository;
  private final WebFiles web = new WebFiles(Connections.DEFAULT);

  @BeforeEach
  void publish() throws IOException {
    repository = FakeTufRepository.start();
    repository.publish(NAME, "first");
  }

  @AfterEach
  void close() {
    web.close();
    repository.close();
  }

  private Optional<Bytes> find(String name) throws FormatException, IOException {
    var deadline = Deadline.after(Duration.ofMinutes(1));
    Mirror mirror = (path, limit) -> web.find(repository.url() + "/" + path, limit, deadline);
    return TufClient.open(Bytes.utf8(repository.root()), mirror, cache, Instant.now()).find(name);
  }

  @Test
  void findsTheNewestFile() throws Exception {
    assertEquals(Optional.of(Bytes.utf8("first")), find(NAME));
    repository.publish(NAME, "second");
    assertEquals(Optional.of(Bytes.utf8("second")), find(NAME));
    assertEquals(Optional.empty(), find("signing_config.v0.2.json"));
  }

  @Test
  void asksForAFileOnce() throws Exception {
    find(NAME);
    repository.service().heal();
    var before = targetRequests();
    find(NAME);
    assertEquals(before, targetRequests());
  }

  private long targetRequests() {
    return repository.service().requests().stream()
        .filter(logged -> logged.request().path().startsWith("/targets/"))
        .count();
  }

  @Test
  void followsRootsThatChangeKeys() throws Exception {
    find(NAME);
    repository.rotate();
    repository.rotate();
    assertEquals(Optional.of(Bytes.utf8("first")), find(NAME));
    assertEquals(3, Root.parse(cache.read("root.json").orElseThrow()).version());
  }

  @ParameterizedTest
  @EnumSource
  void noAttackReachesTheCaller(Attack attack) throws Exception {
    find(NAME);
    repository.publish(NAME, "second");
    find(NAME);
    repository.attack(attack);
    var failure = assertThrows(Exception.class, () -> find(NAME));
    var reason = String.valueOf(REASONS.get(attack));
    assertTrue(failure.toString().contains(reason), attack + ": " + failure);
    assertTrue(
        attack == Attack.ENDLESS_DATA
            ? failure instanceof IOException
            : failure instanceof FormatException,
        failure.toString());
  }

  /// What was seen before counts only while its signers do: stolen keys cannot bring in a version
  /// after which there is none.
  @Test
  void newKeysMakeOldVersionsWorthless() throws Exception {
    find(NAME);
    repository.attack(Attack.SNAPSHOT_ROLLBACK);
    repository.rotate();
    assertEquals(Optional.of(Bytes.utf8("first")), find(NAME));
  }

  @Test
  void whatIsBrokenInTheCacheIsFetchedAnew() throws Exception {
    find(NAME);
    cache.files.replaceAll((name, content) -> Bytes.utf8("{}"));
    assertEquals(Optional.of(Bytes.utf8("first")), find(NAME));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../trusted_root.json", "a/b", "/etc/passwd", ".hidden", "", "a\u0000b"})
  void namesOfOtherFoldersAreRefused_CVE_2026_24137_CVE_2026_24686(String name) {
    assertThrows(FormatException.class, () -> find(name));
  }

  /// Files in memory.
  private static final class MemoryCache implements Cache {
    private final Map<String, Bytes> files = new ConcurrentHashMap<>();

    @Override
    public Optional<Bytes> read(String name) {
      return Optional.ofNullable(files.get(name));
    }

    @Override
    public void write(String name, Bytes content) {
      files.put(name, content);
    }

    @Override
    public void remove(String name) {
      files.remove(name);
    }
  }
}
