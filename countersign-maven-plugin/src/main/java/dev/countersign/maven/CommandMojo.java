package dev.countersign.maven;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.jspecify.annotations.Nullable;

/// A goal that runs a subcommand of `countersign` on jib's image. Maven sets the fields by
/// `META-INF/maven/plugin.xml`.
abstract class CommandMojo extends AbstractMojo {
  private static final int OUTPUT_MILLIS = 5_000;

  /// The program, by its path or found on `PATH`.
  private String command = "countersign";

  private @Nullable String key;
  private @Nullable File imageFile;
  private @Nullable Map<String, String> annotations;
  private @Nullable List<String> arguments;
  private int timeoutSeconds = 300;
  private boolean skip;

  /// The subcommand and what it is always given.
  abstract List<String> subcommand();

  /// Runs the command on the image by digest; its output is Maven's log.
  ///
  /// @throws MojoFailureException if the command ends with another code than 0
  /// @throws MojoExecutionException if it cannot be run
  @Override
  public void execute() throws MojoExecutionException, MojoFailureException {
    if (skip) {
      getLog().info("skipped (countersign.skip)");
      return;
    }
    if (imageFile == null) {
      throw new MojoExecutionException("expected imageFile, got none");
    }
    run(words(JibImage.read(imageFile.toPath()).reference()));
  }

  private List<String> words(String image) throws MojoExecutionException {
    if (key == null || key.isEmpty()) {
      throw new MojoExecutionException("expected a key (-Dcountersign.key=…), got none");
    }
    var words = new ArrayList<>(List.of(command));
    words.addAll(subcommand());
    words.addAll(List.of("--key", key));
    if (annotations != null) {
      annotations.forEach((name, value) -> words.addAll(List.of("-a", name + '=' + value)));
    }
    if (arguments != null) {
      words.addAll(arguments);
    }
    words.add(image);
    return words;
  }

  private void run(List<String> words) throws MojoExecutionException, MojoFailureException {
    getLog().info(words.get(1) + ' ' + words.get(words.size() - 1));
    Process process;
    try {
      process =
          new ProcessBuilder(words)
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      throw new MojoExecutionException(
          "cannot start " + command + "; install countersign, or name it: -Dcountersign.command=…",
          e);
    }
    try {
      var output = log(process);
      if (!process.waitFor(timeoutSeconds, TimeUnit.SECONDS)) {
        throw new MojoFailureException(
            "expected " + words.get(1) + " to end in " + timeoutSeconds + " s, got no end");
      }
      output.join(OUTPUT_MILLIS);
      if (process.exitValue() != 0) {
        throw new MojoFailureException(
            "countersign " + words.get(1) + " ended with " + process.exitValue() + ", see above");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MojoExecutionException("interrupted", e);
    } finally {
      process.destroy();
    }
  }

  /// In a thread of its own, so that a command that says nothing more is still ended in time.
  private Thread log(Process process) {
    var thread =
        new Thread(
            () -> {
              try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
                lines.lines().forEach(line -> getLog().info(line));
              } catch (IOException | UncheckedIOException e) {
                getLog().debug("the command was ended", e);
              }
            },
            "countersign");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
