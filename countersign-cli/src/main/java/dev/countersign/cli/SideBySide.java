package dev.countersign.cli;

import dev.countersign.oci.ImageReference;
import dev.countersign.policy.Decision;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Asks about several images at once, so that many take hardly longer than one.
final class SideBySide {
  private SideBySide() {}

  /// A question about one image.
  interface Question {
    Decision ask(ImageReference image);
  }

  /// What prints an answer and gives its exit code.
  interface Report {
    int print(ImageReference image, Decision decision);
  }

  /// Prints the answers in the order of `images`; the exit code is that of the first that failed.
  /// One image is asked about on this thread.
  static int ask(List<ImageReference> images, Question question, Report report) throws IOException {
    if (images.size() == 1) {
      return report.print(images.getFirst(), question.ask(images.getFirst()));
    }
    int exitCode = ExitCode.DONE;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers =
          images.stream()
              .map(image -> threads.submit((Callable<Decision>) () -> question.ask(image)))
              .toList();
      for (int i = 0; i < images.size(); i++) {
        int one = report.print(images.get(i), await(answers.get(i)));
        exitCode = exitCode == ExitCode.DONE ? one : exitCode;
      }
    }
    return exitCode;
  }

  private static Decision await(Future<Decision> answer) throws IOException {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a verification ended unexpectedly", e.getCause());
    }
  }
}
