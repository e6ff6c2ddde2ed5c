package dev.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {
  @Test
  void admitsTheSignedImageAndDeniesTheOther(@TempDir Path folder) {
    // What a user may have set must not change the demo.
    var environment = Map.of("COSIGN_REPOSITORY", "localhost:1/x", "COSIGN_KEY", "none");

    var run = OurCommand.runIn(folder, environment, "demo");

    var text = run.stdout();
    assertEquals(ExitCode.DONE, run.exit(), run::toString);
    assertTrue(text.contains("\npod/web created\n"), text);
    assertTrue(text.contains("denied the request: [countersign] not signed (policy "), text);
  }
}
