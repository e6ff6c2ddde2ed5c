package dev.countersign.admission;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.OurCommand;
import dev.countersign.cli.interop.Desk;
import dev.countersign.cli.interop.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The policy files that we ship as samples, read as the service reads them.
class SamplePoliciesTest {
  private static final Set<String> MEMBERS =
      Set.of("policies", "authorities", "revokedDigests", "registries", "mirrors", "remember");

  /// Those in `deploy`, and the parts of policies that pages show, each in a policy.
  static List<Manifest> policies() throws IOException {
    return Stream.concat(
            Manifest.below(Manifest.DEPLOY, ".yaml").stream()
                .filter(manifest -> manifest.at("kind").filter("TrustPolicy"::equals).isPresent()),
            DocsYamlTest.blocks().stream()
                .filter(SamplePoliciesTest::isPart)
                .map(SamplePoliciesTest::whole))
        .toList();
  }

  /// Whether it is a part of a policy file that a page shows.
  static boolean isPart(Manifest block) {
    return MEMBERS.containsAll(block.content().keySet());
  }

  private static Manifest whole(Manifest part) {
    var whole =
        Manifest.parse(
                part.origin(),
                """
                apiVersion: countersign.dev/v1
                kind: TrustPolicy
                authorities: [{name: release, key: {file: cosign.pub}}]
                policies:
                - name: default
                  noMatch: deny
                  transparencyLog: ignored
                  rules: [{images: ["**"], anyOf: [release]}]
                """)
            .findFirst()
            .orElseThrow();
    var members = new LinkedHashMap<Object, Object>(whole.content());
    members.putAll(part.content());
    return new Manifest(part.origin(), members);
  }

  @Test
  void areThere() throws IOException {
    assertFalse(policies().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("policies")
  void areGood(Manifest policy, @TempDir Path folder) throws IOException {
    for (var authority : policy.list("authorities")) {
      Desk.at(folder).makeKeys(Tool.OURS, authority.text("key", "file").replace(".pub", ""));
    }
    var file =
        Files.writeString(folder.resolve("policy.yaml"), ApiServerTest.write(policy.content()));

    var run = OurCommand.runIn(folder, Map.of(), "policy", "check", file.toString());

    assertTrue(run.succeeded().stdout().contains("good"), run::toString);
  }
}
