package dev.countersign.admission;

import dev.countersign.cli.interop.Peers;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;

/// A running `regotest`: OPA's own packages around one template, as Gatekeeper drives them. One
/// question at a time; ends with its standard input.
final class Opa implements AutoCloseable {
  private static final Path SOURCE = Path.of("src/test/regotest/main.go");

  private final Process process;
  private final OutputStream questions;
  private final BufferedReader answers;

  private Opa(Process process) {
    this.process = process;
    this.questions = process.getOutputStream();
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /// Starts the program that `.ci/opa` builds; where there is none the calling test ends as not
  /// run, and as failed under `COUNTERSIGN_REQUIRE_PEERS=1`.
  ///
  /// @param flags those of `main.go`, for cases that a running provider answers
  static Opa start(String... flags) throws IOException {
    var command = new ArrayList<String>();
    command.add(program().toString());
    command.addAll(List.of(flags));
    var builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    return new Opa(builder.start());
  }

  /// Compiles a template strictly; the cases that follow are judged by it.
  ///
  /// @param version `v0` or `v1`
  /// @return why it does not compile
  Optional<String> compile(String rego, String version) throws IOException {
    return error(ask(JsonObject.empty().with("rego", rego).with("version", version)));
  }

  /// What the compiled template says of one review.
  Verdict judge(JsonObject question) throws IOException {
    var answer = ask(question);
    error(answer).ifPresent(message -> Assertions.fail("not evaluated: " + message));
    try {
      return Verdict.parse(answer);
    } catch (FormatException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    questions.close();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private JsonObject ask(JsonObject question) throws IOException {
    questions.write(question.toBytes().toArray());
    questions.write('\n');
    questions.flush();
    var line = answers.readLine();
    if (line == null) {
      throw new IOException("regotest ended");
    }
    try {
      return JsonValue.parseObject(Bytes.utf8(line));
    } catch (FormatException e) {
      throw new IOException("expected regotest's answer, got " + line, e);
    }
  }

  private static Optional<String> error(JsonObject answer) throws IOException {
    try {
      return answer.findString("error");
    } catch (FormatException e) {
      throw new IOException(e);
    }
  }

  private static Path program() {
    return Peers.program("opa/" + version() + "/regotest", ".ci/opa");
  }

  /// As `.ci/opa` names the folder: a program built from other text is another program.
  private static String version() {
    try (InputStream source = Files.newInputStream(SOURCE)) {
      var digest = MessageDigest.getInstance("SHA-256").digest(source.readAllBytes());
      return HexFormat.of().formatHex(digest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// What came out: one message a violation, in order, the keys of each call of the provider, and
  /// how long it all took there.
  record Verdict(List<String> messages, List<List<String>> calls, Duration took) {
    Verdict {
      messages = List.copyOf(messages);
      calls = List.copyOf(calls);
    }

    private static Verdict parse(JsonObject answer) throws FormatException {
      var messages = new ArrayList<String>();
      for (var violation : answer.findArray("violations")) {
        messages.add(violation.asObject("a violation").getString("msg"));
      }
      var calls = new ArrayList<List<String>>();
      for (var call : answer.findArray("calls")) {
        var keys = new ArrayList<String>();
        for (var key : call.asArray("keys")) {
          keys.add(key.asString("a key"));
        }
        calls.add(keys);
      }
      messages.sort(null);
      return new Verdict(messages, calls, Duration.ofMillis(answer.getLong("millis")));
    }
  }
}
