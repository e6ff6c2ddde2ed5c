package dev.countersign.registry;

import dev.countersign.format.OneLine;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A registry, or the way to it, failed.
///
/// The message is one line: what was asked, and what came. It holds no query, no credentials and no
/// body.
public final class RegistryException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final long UNKNOWN = -1;

  private final Fault fault;
  private final long retryAfterMillis;

  /// A failure that `message` tells in one line.
  public RegistryException(Fault fault, String message) {
    this(fault, message, null, UNKNOWN);
  }

  RegistryException(Fault fault, String message, @Nullable Throwable cause) {
    this(fault, message, cause, UNKNOWN);
  }

  private RegistryException(
      Fault fault, String message, @Nullable Throwable cause, long retryAfterMillis) {
    super(OneLine.of(message), cause);
    this.fault = fault;
    this.retryAfterMillis = retryAfterMillis;
  }

  /// The kind of failure.
  public Fault fault() {
    return fault;
  }

  /// What was asked and what came.
  public String problem() {
    return String.valueOf(getMessage());
  }

  RegistryException retryAfter(Duration wait) {
    return new RegistryException(fault, problem(), getCause(), wait.toMillis());
  }

  Optional<Duration> retryAfter() {
    return retryAfterMillis == UNKNOWN
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(retryAfterMillis));
  }

  /// The kinds of failure.
  public enum Fault {
    /// No connection: name look-up, refusal, loss.
    UNREACHABLE,
    /// No trusted TLS session.
    TLS,
    /// Status 401 or 403, or no token.
    UNAUTHORIZED,
    /// Status 408 or 429.
    OVERLOADED,
    /// Status 5xx, or an answer that is no HTTP.
    BROKEN,
    /// An answer that makes no sense for the question, as any other status.
    REFUSED,
    /// Status 412: the content is no longer what the caller had read.
    CHANGED,
    /// Bytes that have another digest or length than they must.
    MISMATCH,
    /// The deadline came first.
    LATE,
    /// Nothing was asked: the registry failed lately, and is left alone for a while.
    CIRCUIT_OPEN,
    /// The host is one to which no connection may be made.
    ADDRESS_NOT_ALLOWED,
    /// More than is read; the message names the limit.
    LIMIT;

    /// Whether the same question may be answered later.
    public boolean isPassing() {
      return switch (this) {
        case UNREACHABLE, TLS, UNAUTHORIZED, OVERLOADED, BROKEN, REFUSED, CHANGED, MISMATCH, LATE ->
            true;
        case CIRCUIT_OPEN -> true;
        case ADDRESS_NOT_ALLOWED, LIMIT -> false;
      };
    }

    /// Whether asking again soon may help.
    boolean isWorthRetrying() {
      return switch (this) {
        case UNREACHABLE, OVERLOADED, BROKEN -> true;
        case TLS, UNAUTHORIZED, REFUSED, CHANGED, MISMATCH, LATE -> false;
        case CIRCUIT_OPEN, ADDRESS_NOT_ALLOWED, LIMIT -> false;
      };
    }

    /// What it says about the registry, whose repositories strangers name: credentials and absent
    /// things are no fault of it.
    Circuit.End end() {
      return switch (this) {
        case UNREACHABLE, TLS, BROKEN -> Circuit.End.FAULT;
        case UNAUTHORIZED, OVERLOADED, REFUSED, CHANGED, MISMATCH, LIMIT -> Circuit.End.ANSWER;
        case LATE, CIRCUIT_OPEN, ADDRESS_NOT_ALLOWED -> Circuit.End.UNKNOWN;
      };
    }
  }
}
