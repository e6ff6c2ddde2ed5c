package dev.countersign.access;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonValue;
import dev.countersign.registry.Credentials;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.Secret;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/// Runs docker's credential helpers
/// ([protocol](https://github.com/docker/docker-credential-helpers#development)): without a shell,
/// for at most ten seconds.
final class HelperProgram {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
  private static final int MAX_BYTES = 64 << 10;
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final Environment environment;

  HelperProgram(Environment environment) {
    this.environment = environment;
  }

  /// What `docker-credential-<name>` knows for `server`; empty if it says that it knows nothing.
  Optional<Credentials> get(String name, String server, Deadline deadline) throws IOException {
    if (!NAME.matcher(name).matches()) {
      throw new IOException("expected a credential helper named [A-Za-z0-9_.-], got another name");
    }
    var program = "docker-credential-" + name;
    var answer = run(program, server, deadline.earlier(LONGEST));
    if (answer.exitCode() == 0) {
      return parse(program, answer.output());
    }
    var text = new String(answer.output().toArray(), StandardCharsets.UTF_8);
    if (text.strip().startsWith("credentials not found")) {
      return Optional.empty();
    }
    throw new IOException(program + " failed for " + server + ": exit code " + answer.exitCode());
  }

  private record Answer(int exitCode, Bytes output) {}

  private Answer run(String program, String server, Deadline deadline) throws IOException {
    var builder = new ProcessBuilder(find(program).toString(), "get");
    builder.environment().clear();
    builder.environment().putAll(environment.variables());
    var process = builder.redirectError(Redirect.DISCARD).start();
    try {
      var output = new FutureTask<>(() -> exchange(process, server));
      Thread.ofPlatform().daemon().name(program).start(output);
      var bytes = output.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
      if (bytes.size() > MAX_BYTES) {
        throw new IOException(program + ": expected at most " + MAX_BYTES + " bytes, got more");
      }
      if (!process.waitFor(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
        throw new TimeoutException();
      }
      return new Answer(process.exitValue(), bytes);
    } catch (TimeoutException e) {
      throw new IOException(program + " did not answer in time", e);
    } catch (ExecutionException e) {
      throw new IOException(program + " could not be talked to", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(program + " was interrupted", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static Bytes exchange(Process process, String server) throws IOException {
    try (var in = process.getOutputStream()) {
      in.write(server.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It may answer without reading; what it says decides.
    }
    try (var out = process.getInputStream()) {
      return Bytes.copyOf(out.readNBytes(MAX_BYTES + 1));
    }
  }

  private Path find(String program) throws IOException {
    for (var folder : environment.find("PATH").orElse("").split(File.pathSeparator, -1)) {
      var file = Path.of(folder).resolve(program);
      if (!folder.isEmpty() && Files.isRegularFile(file) && Files.isExecutable(file)) {
        return file;
      }
    }
    throw new IOException(program + ": not found in PATH");
  }

  private static Optional<Credentials> parse(String program, Bytes output) throws IOException {
    try {
      var json = JsonValue.parseObject(output);
      var user = json.findString("Username").orElse("");
      var secret = Secret.of(json.findString("Secret").orElse(""));
      return Optional.of(
          user.equals("<token>")
              ? new Credentials.IdentityToken(secret)
              : new Credentials.Basic(user, secret));
    } catch (FormatException e) {
      // Without what the parser says: it may show a piece of a password.
      throw new IOException(program + ": expected JSON with Username and Secret, got other text");
    }
  }
}
