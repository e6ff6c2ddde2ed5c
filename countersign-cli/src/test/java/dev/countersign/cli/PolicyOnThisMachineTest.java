package dev.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.interop.Peer;
import dev.countersign.testkit.Auth;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.TestImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commands that judge by a policy file reach the registries that it names as it says, like
/// `serve`.
class PolicyOnThisMachineTest {
  @TempDir Path folder;
  private InProcessRegistry registry;
  private String image;

  @BeforeEach
  void start() throws Exception {
    var ca = FakeCa.create();
    registry =
        InProcessRegistry.start(
            InProcessOptions.DEFAULT.withHttps(ca).withAuth(new Auth.Basic("jane", "secret")));
    TestImage.oci("app").pushTo(registry, "team/app", "v1");
    image = registry.hostAndPort() + "/team/app:v1";
    Files.writeString(folder.resolve("ca.crt"), ca.certificatePem());
    Files.writeString(folder.resolve("username"), "jane");
    Files.writeString(folder.resolve("password"), "secret");
    Files.writeString(
        folder.resolve("pod.yaml"),
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: app}
        spec: {containers: [{name: app, image: "%s"}]}
        """
            .formatted(image));
    run("generate-key-pair").succeeded();
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void aRegistryOfThePolicyIsReachedAsItSays() throws Exception {
    policy(
        "registries: [{host: \"%s\", ca: ca.crt, credentials: {folder: .}}]"
            .formatted(registry.hostAndPort()));

    assertEquals(10, verify().exit(), verify()::toString);
    assertEquals(10, explain().exit(), explain()::toString);
  }

  @Test
  void aRegistryThatThePolicyDoesNotNameIsReachedAsTheFlagsSay() throws Exception {
    policy("");

    var outage = verify();

    assertEquals(1, outage.exit());
    assertTrue(outage.stdout().contains("unknown"), outage::toString);
  }

  /// @param registries the member of this name, or nothing
  private void policy(String registries) throws Exception {
    Files.writeString(
        folder.resolve("policy.yaml"),
        """
        apiVersion: countersign.dev/v1
        kind: TrustPolicy
        authorities: [{name: release, key: {file: cosign.pub}}]
        %s
        policies:
        - name: default
          noMatch: deny
          transparencyLog: ignored
          rules: [{images: ["**"], anyOf: [release]}]
        """
            .formatted(registries));
  }

  private Peer.Run verify() {
    return run("verify", "--policy", "policy.yaml", "-f", "pod.yaml", "--timeout", "5s");
  }

  private Peer.Run explain() {
    return run("explain", "--policy", "policy.yaml", image);
  }

  private Peer.Run run(String... words) {
    return OurCommand.runIn(folder, Map.of("COSIGN_PASSWORD", ""), words);
  }
}
