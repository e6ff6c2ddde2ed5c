package dev.countersign.provider;

import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A value made of files, which is made again when they change. What cannot be read leaves the last
/// good value in force, and is told: once in the log, and as long as it lasts by [#problem].
///
/// Files are read again and compared, not watched: mounted Secrets change by a symbolic link, and
/// network file systems tell nobody. Safe for use by many threads.
///
/// @param <T> compared by `equals`
final class Reloaded<T> implements Supplier<T> {
  private static final Logger LOG = LoggerFactory.getLogger("countersign.provider");

  private final String what;
  private final Source<T> source;
  private final Metrics metrics;
  private volatile T current;
  private volatile Instant since = Instant.now();
  private volatile Optional<String> problem = Optional.empty();

  private final Use<T> use;

  /// Reads the files.
  interface Source<T> {
    T load() throws IOException, FormatException;
  }

  /// Puts another value in force; until it has, the last one is.
  interface Use<T> {
    void put(T value) throws IOException;
  }

  private Reloaded(String what, Source<T> source, Use<T> use, Metrics metrics, T first) {
    this.what = what;
    this.source = source;
    this.use = use;
    this.metrics = metrics;
    this.current = first;
  }

  /// The value as it is now, in force for those who ask for it.
  ///
  /// @param what names it in logs and metrics
  /// @throws IOException if it cannot be read
  /// @throws FormatException if it cannot be understood
  static <T> Reloaded<T> load(String what, Source<T> source, Metrics metrics)
      throws IOException, FormatException {
    return new Reloaded<>(what, source, value -> {}, metrics, source.load());
  }

  /// The same for a value that must be put in force somewhere whenever it is another one.
  Reloaded<T> usedBy(Use<T> newUse) {
    return new Reloaded<>(what, source, newUse, metrics, current);
  }

  /// The last good value.
  @Override
  public T get() {
    return current;
  }

  /// When the last good value was read.
  Instant since() {
    return since;
  }

  /// Why the files as they are now are not in force; empty if they are.
  Optional<String> problem() {
    return problem;
  }

  /// Reads the files again. Throws nothing: it runs where nobody would hear it, and a reload that
  /// ends for good would leave a revoked key in force.
  void refresh() {
    try {
      var fresh = source.load();
      if (!fresh.equals(current)) {
        use.put(fresh);
        current = fresh;
        since = Instant.now();
        metrics.reloaded(what, "changed");
        LOG.info("{} changed; the new one is in force", what);
      } else if (problem.isPresent()) {
        LOG.info("{} can be read again", what);
      }
      problem = Optional.empty();
    } catch (IOException e) {
      refuse(String.valueOf(e.getMessage()), e);
    } catch (FormatException e) {
      refuse(e.problem(), e);
    } catch (RuntimeException | Error e) {
      refuse("unexpected " + e, e);
    }
  }

  private void refuse(String why, Throwable cause) {
    var line = OneLine.of(why);
    if (!problem.equals(Optional.of(line))) {
      metrics.reloaded(what, "refused");
      LOG.error("{} is refused, the last good one stays in force: {}", what, line);
      LOG.debug("{} is refused", what, cause);
    }
    problem = Optional.of(line);
  }
}
