package dev.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.testkit.Fault;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.TestImage;
import dev.countersign.testkit.TestIndex;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Runs the files in `src/test/transcripts`, each in a folder and on a registry of its own.
class TranscriptTest {
  private static final Path FOLDER = Path.of("src/test/transcripts");
  private static final Pattern DIGEST = Pattern.compile("\\$DIGEST\\{([^:}]+):([^}]+)\\}");

  @TestFactory
  Stream<DynamicTest> everyTranscriptIsTrue(@TempDir Path folder) throws IOException {
    try (var files = Files.list(FOLDER)) {
      return files.sorted().toList().stream()
          .map(file ->
              DynamicTest.dynamicTest(
                  file.getFileName().toString(),
                  () -> play(file, Files.createDirectory(folder.resolve(file.getFileName())))));
    }
  }

  private static void play(Path file, Path folder) throws IOException {
    try (var registry = InProcessRegistry.start()) {
      var stage = new Stage(folder, registry, new HashMap<>(Map.of("HOME", folder.toString())));
      for (var step : Transcript.read(file).steps()) {
        switch (step) {
          case Transcript.Step.Prepare prepare -> stage.prepare(prepare);
          case Transcript.Step.Run run -> stage.run(run);
        }
      }
    }
  }

  private record Stage(Path folder, InProcessRegistry registry, Map<String, String> environment) {

    void prepare(Transcript.Step.Prepare step) throws IOException {
      var words = fill(step.rest()).split(" ", 2);
      var file = folder.resolve(words[0]);
      switch (step.verb()) {
        case "env" -> {
          var variable = fill(step.rest()).split("=", 2);
          environment.put(variable[0], variable[1]);
        }
        case "unset" -> environment.remove(words[0]);
        case "image" -> {
          var name = words[0].split(":", 2);
          TestImage.oci(words[0]).pushTo(registry, name[0], name[1]);
        }
        case "index" -> {
          var name = words[0].split(":", 2);
          TestIndex.of(TestImage.oci("one"), TestImage.oci("two", "arm64"))
              .pushTo(registry, name[0], name[1]);
        }
        case "fail" ->
            registry.failAll(
                request -> request.path().endsWith(words[1]),
                new Fault.Status(Integer.parseInt(words[0])));
        case "heal" -> registry.heal();
        case "write" -> Files.writeString(file, words[1].replace("\\n", "\n"));
        case "mode" ->
            assertEquals(
                words[1],
                PosixFilePermissions.toString(Files.getPosixFilePermissions(file)),
                step::toString);
        case "absent" -> assertFalse(Files.exists(file), step::toString);
        case "contains" ->
            assertTrue(Files.readString(file).contains(words[1]), () -> step + " " + content(file));
        default -> throw new IllegalArgumentException(step.toString());
      }
    }

    void run(Transcript.Step.Run step) {
      var stdout = new ByteArrayOutputStream();
      var stderr = new ByteArrayOutputStream();
      var world =
          new World(
              environment,
              folder,
              new ByteArrayInputStream(step.stdin().getBytes(StandardCharsets.UTF_8)),
              new PrintStream(stdout, false, StandardCharsets.UTF_8),
              new PrintStream(stderr, false, StandardCharsets.UTF_8),
              new ScriptedKeyboard(step),
              work -> {});
      var words = step.words().stream().map(this::fill).toList();
      assertEquals("countersign", words.getFirst());

      int exitCode = new CommandLine(world).run(words.subList(1, words.size()));

      var where = "line " + step.line() + ": " + String.join(" ", words);
      var all = where + "\n" + text(stdout) + text(stderr);
      assertLike(step.stderr(), text(stderr), where + ", standard error");
      assertLike(step.stdout(), text(stdout), where + ", standard output");
      assertEquals(step.exitCode(), exitCode, all);
    }

    /// Compares by lines; `…` in an expected line stands for anything.
    private void assertLike(List<String> expected, String actual, String where) {
      var lines = actual.isEmpty() ? List.<String>of() : actual.lines().toList();
      for (int i = 0; i < Math.min(expected.size(), lines.size()); i++) {
        var pattern =
            Stream.of(fill(expected.get(i)).split("…", -1))
                .map(Pattern::quote)
                .reduce((a, b) -> a + ".*" + b)
                .orElseThrow();
        if (!lines.get(i).matches(pattern)) {
          assertEquals(fill(expected.get(i)), lines.get(i), where + "\n" + actual);
        }
      }
      assertEquals(expected.size(), lines.size(), where + "\n" + actual);
    }

    private String fill(String text) {
      var filled =
          text.replace("$REGISTRY", registry.hostAndPort()).replace("$WORK", folder.toString());
      return DIGEST
          .matcher(filled)
          .replaceAll(found -> registry.digest(found.group(1), found.group(2)).orElseThrow());
    }

    private static String content(Path file) {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        return e.toString();
      }
    }

    private static String text(ByteArrayOutputStream bytes) {
      return bytes.toString(StandardCharsets.UTF_8);
    }
  }

  private static final class ScriptedKeyboard implements Keyboard {
    private final Source source;
    private final Queue<String> typed;

    ScriptedKeyboard(Transcript.Step.Run step) {
      source =
          step.isPiped() ? Source.STREAM : step.typed().isEmpty() ? Source.NOBODY : Source.PERSON;
      typed = new ArrayDeque<>(step.typed());
    }

    @Override
    public Source source() {
      return source;
    }

    @Override
    public char[] readSecret(String prompt) throws IOException {
      if (typed.isEmpty()) {
        throw new IOException("nobody types");
      }
      return typed.remove().toCharArray();
    }
  }
}
