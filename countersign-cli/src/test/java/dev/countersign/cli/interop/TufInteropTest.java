package dev.countersign.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.testkit.FakeSigstore;
import dev.countersign.testkit.FakeTufRepository;
import dev.countersign.testkit.FakeTufRepository.Attack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A private TUF repository says whom to trust and which services to ask, to us as to the real
/// cosign 3, and each reads what the other has kept of it.
class TufInteropTest {
  private static final String MAIL = "alice@example.com";

  @TempDir Path folder;
  private FakeSigstore sigstore;
  private FakeTufRepository repository;
  private Desk desk;

  @BeforeEach
  void start() throws Exception {
    Tool.COSIGN3.require();
    sigstore = FakeSigstore.start();
    repository = FakeTufRepository.start();
    repository.publish("trusted_root.json", sigstore.trustedRoot());
    repository.publish("signing_config.v0.2.json", sigstore.signingConfig(sigstore.rekor()));
    Files.writeString(folder.resolve("first.json"), repository.root());
    Files.writeString(folder.resolve("blob"), "content\n");
    desk = Desk.at(folder).with("TUF_ROOT", folder.resolve("tuf").toString());
  }

  @AfterEach
  void stop() {
    repository.close();
    sigstore.close();
  }

  private Peer.Run initialize(Tool tool, String... more) {
    var words =
        new ArrayList<>(
            List.of("initialize", "--mirror", repository.url().toString(), "--root", "first.json"));
    words.addAll(List.of(more));
    return desk.run(tool, words.toArray(String[]::new));
  }

  private Peer.Run sign(Tool tool) {
    return desk.run(
        tool,
        "sign-blob",
        "--yes",
        "--identity-token",
        sigstore.issuer().token(MAIL),
        "--bundle",
        "blob.json",
        "blob");
  }

  private Peer.Run verify(Tool tool) {
    return desk.run(
        tool,
        "verify-blob",
        "--certificate-identity",
        MAIL,
        "--certificate-oidc-issuer",
        sigstore.issuer().url().toString(),
        "--bundle",
        "blob.json",
        "blob");
  }

  @ParameterizedTest
  @EnumSource(names = {"OURS", "COSIGN3"})
  void bothUseWhatOneInitialized(Tool first) {
    initialize(first).succeeded();
    for (var signer : List.of(Tool.OURS, Tool.COSIGN3)) {
      sign(signer).succeeded();
      verify(Tool.OURS).succeeded();
      verify(Tool.COSIGN3).succeeded();
    }
  }

  @Test
  void beforeThatNothingIsFetched() {
    var signed = sign(Tool.OURS);
    assertEquals(1, signed.exit());
    assertTrue(signed.stderr().contains("countersign initialize"), signed::toString);
  }

  @Test
  void theFirstRootMustBeTheOneThatIsMeant() throws Exception {
    var bytes = Files.readAllBytes(folder.resolve("first.json"));
    var hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    initialize(Tool.OURS, "--root-checksum", hash).succeeded();
    var other = initialize(Tool.OURS, "--root-checksum", "0".repeat(64));
    assertEquals(1, other.exit());
    assertTrue(other.stderr().contains("expected a root with the sha256"), other::toString);
    var without = desk.run(Tool.OURS, "initialize", "--mirror", repository.url().toString());
    assertEquals(1, without.exit());
  }

  /// A failed initialization leaves what was there.
  @Test
  void attacksChangeNothingThatIsTrusted() throws Exception {
    initialize(Tool.OURS).succeeded();
    sign(Tool.OURS).succeeded();
    repository.attack(Attack.FREEZE);
    assertEquals(1, initialize(Tool.OURS).exit());
    var refused = verify(Tool.OURS);
    assertEquals(1, refused.exit());
    assertTrue(refused.stderr().contains("still good"), refused::toString);
    repository.publish("trusted_root.json", sigstore.trustedRoot());
    verify(Tool.OURS).succeeded();
    try (var left = Files.list(folder.resolve("tuf"))) {
      assertEquals(2, left.count(), "remote.json and one folder");
    }
  }
}
