package dev.countersign.provider;

import dev.countersign.provider.CheckBounds.Owner;
import dev.countersign.registry.Deadline;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/// The questions that registries are being asked, each only once at a time, whoever waits for it.
///
/// A check goes on when nobody waits any more, to the end of its life. A finished one is forgotten
/// at once. Safe for use by many threads.
///
/// @param <K> names a question
/// @param <V> answers it
final class Checks<K, V> {
  /// How long a check of a server may run.
  static final Duration LIFE = Duration.ofSeconds(30);

  /// What is said of a key whose check did not end in time.
  static final String LATE = "still checking";

  private final String kind;
  private final Duration patience;
  private final CheckBounds bounds;
  private final Metrics metrics;
  private final Duration life;
  private final ConcurrentHashMap<K, Check<V>> running = new ConcurrentHashMap<>();

  /// @param kind a word for metrics
  /// @param patience how long after its beginning a check is waited for, by all who wait together
  /// @param life how long after its beginning a check ends, waited for or not
  Checks(String kind, Duration patience, CheckBounds bounds, Metrics metrics, Duration life) {
    this.kind = kind;
    this.patience = patience;
    this.bounds = bounds;
    this.metrics = metrics;
    this.life = life;
  }

  /// The running check of `question`, begun now if there is none; empty if no more may run.
  ///
  /// @param owner whose bounds it counts against
  /// @param work finds the answer; the world's failures are answers, not exceptions
  Optional<Check<V>> join(K question, Owner owner, Function<Deadline, V> work) {
    var fresh = new Check<V>(Deadline.after(patience));
    var check = running.computeIfAbsent(question, q -> bounds.enter(owner) ? fresh : null);
    if (check == fresh) {
      Thread.ofVirtual().name(kind).start(() -> run(question, owner, fresh, work));
    }
    return Optional.ofNullable(check);
  }

  /// What is said of a key whose check could not begin.
  static String crowded(Owner owner) {
    return "too many checks are running, of "
        + owner.registry()
        + owner.namespace().map(name -> ", for namespace " + name + ',').orElse("")
        + " or in all";
  }

  private void run(K question, Owner owner, Check<V> check, Function<Deadline, V> work) {
    var start = System.nanoTime();
    try {
      var answer = work.apply(Deadline.after(life));
      end(question, owner, check);
      check.answer.complete(answer);
    } catch (RuntimeException | Error e) {
      end(question, owner, check);
      check.answer.completeExceptionally(e);
    } finally {
      metrics.checked(kind, System.nanoTime() - start);
    }
  }

  private void end(K question, Owner owner, Check<V> check) {
    running.remove(question, check);
    bounds.leave(owner);
  }

  /// One question on its way to a registry.
  static final class Check<V> {
    private final Deadline patience;
    private final CompletableFuture<V> answer = new CompletableFuture<>();

    private Check(Deadline patience) {
      this.patience = patience;
    }

    /// The answer; empty if it is not there at the deadline or when the patience with this check is
    /// over.
    ///
    /// @throws IllegalStateException if the program is at fault
    Optional<V> await(Deadline deadline) {
      var time = deadline.earlier(patience.remaining()).remaining();
      try {
        return Optional.of(answer.get(time.toNanos(), TimeUnit.NANOSECONDS));
      } catch (TimeoutException e) {
        return Optional.empty();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      } catch (ExecutionException e) {
        throw new IllegalStateException("a check ended without an answer", e.getCause());
      }
    }
  }
}
