package dev.countersign.admission;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.OurCommand;
import dev.countersign.cli.interop.Desk;
import dev.countersign.cli.interop.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The policy files that we ship as samples, read as the service reads them.
class SamplePoliciesTest {
  static List<Manifest> policies() {
    return Manifest.below(Manifest.DEPLOY, ".yaml").stream()
        .filter(manifest -> manifest.at("kind").filter("TrustPolicy"::equals).isPresent())
        .toList();
  }

  @Test
  void areThere() {
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
