package dev.countersign.cli;

import dev.countersign.format.FormatException;
import dev.countersign.oci.ImageReference;
import dev.countersign.policy.Decision;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;

/// The same work on several things at once, so that many take hardly longer than one. What became
/// of them is taken in their order.
///
/// @param <A> what the work gives
final class SideBySide<A> implements AutoCloseable {
  /// The most that is worked on at a time: what a registry bears from one command, and what a
  /// process that has just started has use for.
  static final int WIDTH = 8;

  private final ExecutorService threads;
  private final List<Future<A>> running;

  private SideBySide(ExecutorService threads, List<Future<A>> running) {
    this.threads = threads;
    this.running = running;
  }

  /// What is to be done with one of them.
  interface Work<T, A> {
    A on(T thing) throws Failure, FormatException, IOException;
  }

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
  static int ask(List<ImageReference> images, Question question, Report report)
      throws Failure, FormatException, IOException {
    if (images.size() == 1) {
      return report.print(images.getFirst(), question.ask(images.getFirst()));
    }
    int exitCode = ExitCode.DONE;
    try (var answers = SideBySide.<ImageReference, Decision>start(images, question::ask)) {
      for (int i = 0; i < images.size(); i++) {
        int one = report.print(images.get(i), answers.take(i));
        exitCode = exitCode == ExitCode.DONE ? one : exitCode;
      }
    }
    return exitCode;
  }

  /// Begins `work` on `things`, in their order.
  static <T, A> SideBySide<A> start(List<T> things, Work<T, A> work) {
    var threads = Executors.newThreadPerTaskExecutor(threads(things.size()));
    var room = new Semaphore(WIDTH, true);
    var running =
        things.stream()
            .map(thing -> threads.submit((Callable<A>) () -> working(room, thing, work)))
            .toList();
    return new SideBySide<>(threads, running);
  }

  /// One thread of the system costs less than what the first virtual one that waits for a socket
  /// sets up.
  private static ThreadFactory threads(int count) {
    return count == 1
        ? Thread.ofPlatform().daemon().name("beside").factory()
        : Thread.ofVirtual().name("beside-", 0).factory();
  }

  private static <T, A> A working(Semaphore room, T thing, Work<T, A> work) throws Exception {
    room.acquire();
    try {
      return work.on(thing);
    } finally {
      room.release();
    }
  }

  /// Waits for what became of the thing at this place.
  A take(int index) throws Failure, FormatException, IOException {
    try {
      return running.get(index).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case Failure failure -> throw failure;
        case FormatException failure -> throw failure;
        case IOException failure -> throw failure;
        case null, default ->
            throw new IllegalStateException("work side by side ended unexpectedly", e.getCause());
      }
    }
  }

  /// Interrupts what is still worked on, and does not wait for it: nobody takes it any more.
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
