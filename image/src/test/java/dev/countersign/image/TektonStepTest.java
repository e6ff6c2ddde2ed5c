package dev.countersign.image;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.countersign.cli.interop.DockerRegistry;
import dev.countersign.cli.interop.Peers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The steps of `deploy/tekton/countersign-sign.yaml` in the image, read-only and as its user.
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TektonStepTest {
  private static final Path TASK = Path.of("../deploy/tekton/countersign-sign.yaml");
  private static final Pattern STEP = Pattern.compile("(?m)^      args:\\n((?:        - .*\\n)+)");

  @Test
  void signsInTheImageWhatWasBuilt(@TempDir Path folder) throws Exception {
    var image = BuiltImage.unpack(folder);
    image.mountPoint("/etc/keys");
    var keys = Files.createDirectory(folder.resolve("keys"));
    var environment = Map.of("COSIGN_PASSWORD", "secret");
    var cosign = Peers.require("cosign3");
    cosign.runIn(keys, environment, "generate-key-pair").succeeded();
    try (var registry = DockerRegistry.start(Files.createDirectory(folder.resolve("registry")))) {
      var reference = registry.image("acme/app:v1");
      var digest = reference.substring(reference.indexOf('@') + 1);
      var values =
          Map.of(
              "$(params.IMAGE_URL)",
              registry.host() + "/acme/app:v1",
              "$(params.IMAGE_DIGEST)",
              digest,
              "$(params.BUILD_TIMESTAMP)",
              "2026-01-31T12:00:00Z",
              "$(params.BUILD_USER)",
              "jane.doe@acme.example");
      var mounts =
          List.of(
              "--ro-bind", keys.toString(), "/etc/keys", "--setenv", "COSIGN_PASSWORD", "secret");

      var steps = STEP.matcher(Files.readString(TASK)).results().toList();
      assertFalse(steps.isEmpty());
      for (var step : steps) {
        image.run(mounts, List.of(), words(step.group(1), values).toArray(String[]::new));
      }

      cosign
          .runIn(
              keys,
              environment,
              "verify",
              "--key=cosign.pub",
              "--insecure-ignore-tlog",
              "--annotations=user=jane.doe@acme.example",
              registry.host() + "/acme/app@" + digest)
          .succeeded();
    }
  }

  private static List<String> words(String args, Map<String, String> values) {
    var words = new ArrayList<String>();
    for (var line : args.lines().toList()) {
      var word = line.replaceFirst("^ +- ", "");
      for (var value : values.entrySet()) {
        word = word.replace(value.getKey(), value.getValue());
      }
      if (!word.endsWith("[*])")) {
        words.add(word);
      }
    }
    return words;
  }
}
