package dev.countersign.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;

/// Every source file is as google-java-format writes it; `-Dformat.fix=true` rewrites the others.
class FormatTest {
  @Test
  void everySourceFileIsFormatted() throws IOException {
    var out = new StringWriter();
    var err = new StringWriter();
    var arguments = new ArrayList<String>();
    arguments.add(Boolean.getBoolean("format.fix") ? "--replace" : "--dry-run");
    arguments.addAll(sources());

    ToolProvider.findFirst("google-java-format")
        .orElseThrow()
        .run(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            arguments.toArray(String[]::new));

    assertEquals("", err.toString());
    assertEquals(
        "", out.toString(), "not formatted; run: mvn test -pl quality -am -Dformat.fix=true");
  }

  private static List<String> sources() throws IOException {
    try (var files = Files.walk(Path.of(".."))) {
      return files
          .map(Path::toString)
          .filter(name -> name.endsWith(".java") && name.contains("/src/"))
          .sorted()
          .toList();
    }
  }
}
