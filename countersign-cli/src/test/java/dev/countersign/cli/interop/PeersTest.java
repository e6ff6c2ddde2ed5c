package dev.countersign.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The peers agree among themselves, so that a disagreement with them is ours.
class PeersTest {
  private static final Map<String, String> PASSWORD = Map.of("COSIGN_PASSWORD", "secret");
  private static final List<String> TAG_FORM_3 =
      List.of("--use-signing-config=false", "--new-bundle-format=false");
  private static final List<String> BUNDLE_FORM_3 = List.of("--use-signing-config=false");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"cosign2", "cosign3", "oras", "crane", "docker-registry", "sigstore-js"})
  void starts(String name) {
    var peer = Peers.require(name);
    System.out.println(name + " " + peer.version());

    peer.run("--help").succeeded();
  }

  @ParameterizedTest
  @CsvSource({"cosign2, cosign3", "cosign3, cosign2"})
  void bothCosignsVerifyEachOthersTagForm(String signer, String verifier) throws Exception {
    try (var registry = DockerRegistry.start(folder)) {
      var image = registry.image("a/b:v1");

      sign(signer, signer.equals("cosign3") ? TAG_FORM_3 : List.of(), image);

      assertVerified(signer, image);
      assertVerified(verifier, image);
    }
  }

  @Test
  void onlyCosign3VerifiesItsBundles() throws Exception {
    try (var registry = DockerRegistry.start(folder)) {
      var image = registry.image("a/b:v1");

      sign("cosign3", BUNDLE_FORM_3, image);

      assertVerified("cosign3", image);
      assertEquals(10, verify("cosign2", image).exit());
    }
  }

  /// Makes a key pair in the test's folder and signs without any network but the registry's.
  private void sign(String signer, List<String> flags, String image) {
    var cosign = Peers.require(signer);
    cosign.runIn(folder, PASSWORD, "generate-key-pair").succeeded();
    var arguments = new ArrayList<>(List.of("sign", "--key", "cosign.key", "--tlog-upload=false"));
    arguments.addAll(flags);
    arguments.add(image);
    cosign.runIn(folder, PASSWORD, arguments.toArray(String[]::new)).succeeded();
  }

  private Peer.Run verify(String verifier, String image) {
    return Peers.require(verifier)
        .runIn(folder, Map.of(), "verify", "--key", "cosign.pub", "--insecure-ignore-tlog", image);
  }

  private void assertVerified(String verifier, String image) {
    var digest = image.substring(image.indexOf("sha256:"));
    var run = verify(verifier, image).succeeded();
    assertTrue(run.stdout().contains(digest), run::toString);
  }
}
