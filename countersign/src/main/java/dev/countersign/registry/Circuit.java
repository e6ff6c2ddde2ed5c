package dev.countersign.registry;

import java.time.Duration;

/// Whether a registry that failed is asked.
///
/// Immutable and without a clock: times are nanoseconds since any one moment.
sealed interface Circuit {
  /// The state of a registry of which nothing bad is known.
  static Circuit fresh() {
    return new Closed(0, 0);
  }

  /// When circuits open, and for how long.
  ///
  /// @param faults in a row that open one, at least 1
  /// @param firstWait until the first probe; it doubles with each probe that fails
  /// @param longestWait that it doubles to
  record Rule(int faults, Duration firstWait, Duration longestWait) {
    /// More in a row than the retries about one image.
    static final Rule SERVICE = new Rule(10, Duration.ofSeconds(1), Duration.ofSeconds(30));

    /// Never.
    static final Rule NEVER = new Rule(Integer.MAX_VALUE, Duration.ZERO, Duration.ZERO);

    private Duration after(Duration wait) {
      var doubled = wait.multipliedBy(2);
      return doubled.compareTo(longestWait) > 0 ? longestWait : doubled;
    }
  }

  /// How one request ended.
  enum End {
    /// The registry answered, be it a refusal.
    ANSWER,
    /// It could not be reached, or said that it is broken.
    FAULT,
    /// Nothing that says anything about it.
    UNKNOWN
  }

  /// Whether a request may go out.
  enum Pass {
    /// As ever.
    ORDINARY,
    /// As the one that finds out.
    PROBE,
    /// It may not.
    NONE
  }

  /// Asked as ever.
  ///
  /// @param faults in a row
  /// @param since the first of them
  record Closed(int faults, long since) implements Circuit {
    private Circuit fault(long now, Rule rule) {
      long first = faults == 0 ? now : since;
      return faults + 1 < rule.faults
          ? new Closed(faults + 1, first)
          : new Open(first, rule.firstWait, now + rule.firstWait.toNanos());
    }
  }

  /// Not asked before `until`.
  record Open(long since, Duration pause, long until) implements Circuit {
    private Open reopened(Duration newWait, long now) {
      return new Open(since, newWait, now + newWait.toNanos());
    }
  }

  /// Asked by one request.
  ///
  /// @param was before that request went out
  record Probing(Open was) implements Circuit {}

  /// What a request gets that comes at `now`.
  default Pass pass(long now) {
    return switch (this) {
      case Closed closed -> Pass.ORDINARY;
      case Open open -> now - open.until >= 0 ? Pass.PROBE : Pass.NONE;
      case Probing probing -> Pass.NONE;
    };
  }

  /// The state after a request that got a pass went out at `now`.
  default Circuit entered(long now) {
    return this instanceof Open open && pass(now) == Pass.PROBE ? new Probing(open) : this;
  }

  /// The state after a request with `pass` ended at `now`. Requests that went out before a circuit
  /// opened close it by an answer, and do not keep it open by a fault.
  default Circuit ended(Pass pass, End end, long now, Rule rule) {
    return switch (end) {
      case ANSWER -> fresh();
      case FAULT ->
          switch (this) {
            case Closed closed -> closed.fault(now, rule);
            case Open open -> open;
            case Probing(Open was) ->
                pass == Pass.PROBE ? was.reopened(rule.after(was.pause), now) : this;
          };
      case UNKNOWN ->
          this instanceof Probing(Open was) && pass == Pass.PROBE
              ? was.reopened(was.pause, now)
              : this;
    };
  }
}
