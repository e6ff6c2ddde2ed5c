package dev.countersign.attachment;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;

/// Look-ups that do not depend on each other, on a thread each.
final class SideBySide {
  /// The most look-ups for one image that run at a time.
  private static final int WIDTH = 16;

  private SideBySide() {}

  /// The answer to each of `questions`, in their order. One question, the usual case, costs no
  /// thread.
  ///
  /// @param lookUp throws nothing and observes its own deadline
  static <Q, A> List<A> map(List<Q> questions, Function<Q, A> lookUp) {
    if (questions.size() <= 1) {
      return questions.stream().map(lookUp).toList();
    }
    var room = new Semaphore(WIDTH);
    var answers = new ArrayList<A>();
    try (var threads = Executors.newThreadPerTaskExecutor(likeThisThread())) {
      var running = new ArrayList<Future<A>>();
      for (var question : questions) {
        room.acquireUninterruptibly();
        running.add(threads.submit(() -> releasing(room, question, lookUp)));
      }
      for (var answer : running) {
        answers.add(await(answer));
      }
    }
    return answers;
  }

  /// Virtual in a service. A process that ends soon has no use for what the first virtual thread
  /// that waits for a socket sets up.
  private static ThreadFactory likeThisThread() {
    return Thread.currentThread().isVirtual()
        ? Thread.ofVirtual().factory()
        : Thread.ofPlatform().daemon().name("look-up").factory();
  }

  private static <Q, A> A releasing(Semaphore room, Q question, Function<Q, A> lookUp) {
    try {
      return lookUp.apply(question);
    } finally {
      room.release();
    }
  }

  /// Interrupting the caller interrupts nothing here: each look-up ends by its deadline.
  private static <A> A await(Future<A> running) {
    var interrupted = false;
    try {
      while (true) {
        try {
          return running.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw new IllegalStateException("a look-up broke", e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
