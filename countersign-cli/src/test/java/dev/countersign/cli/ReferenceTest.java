package dev.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The page of all commands is what the commands say of themselves. `-Dreference.write=true` writes
/// it anew.
class ReferenceTest {
  private static final Path PAGE = Path.of("../docs/commands.md");

  @Test
  void saysWhatTheCommandsSay() throws IOException {
    if (Boolean.getBoolean("reference.write")) {
      Files.writeString(PAGE, page());
    }

    assertEquals(page(), Files.readString(PAGE));
  }

  private static String page() {
    var page = new StringBuilder();
    page.append("# Commands\n\n");
    page.append("Generated from the commands' own help; do not edit. After a change of a flag:\n");
    page.append("`mvn test -pl countersign-cli -am -Dtest=ReferenceTest -Dreference.write=true");
    page.append(" -Dsurefire.failIfNoSpecifiedTests=false`\n\n");
    page.append("The policy file is in [policy.md](policy.md) and [policy.schema.json]");
    page.append("(policy.schema.json), the metrics are in [metrics.md](metrics.md).\n\n");
    page.append("```\n").append(Help.overview()).append("```\n");
    for (var name : Commands.names()) {
      var usage = Commands.find(name).orElseThrow().usage();
      page.append("\n## ").append(name).append("\n\n```\n");
      page.append(Help.of(usage).stripTrailing()).append("\n```\n");
    }
    return page.toString();
  }
}
