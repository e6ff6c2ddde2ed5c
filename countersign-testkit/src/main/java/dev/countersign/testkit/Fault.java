package dev.countersign.testkit;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Something that goes wrong with one answer.
public sealed interface Fault {
  /// This answer, and the request is not looked at.
  record Status(int code, Map<String, String> headers, String body) implements Fault {
    public Status {
      headers = Map.copyOf(headers);
    }

    public Status(int code) {
      this(code, Map.of(), "");
    }

    /// The JSON of an error as the specification has it, with one of its codes.
    public static Status of(int code, String errorCode) {
      var body = "{\"errors\":[{\"code\":\"" + errorCode + "\",\"message\":\"on demand\"}]}";
      return new Status(code, Map.of("Content-Type", "application/json"), body);
    }

    /// 429 with a `Retry-After` in seconds.
    public static Status tooManyRequests(int retryAfterSeconds) {
      var status = of(429, "TOOMANYREQUESTS");
      return new Status(
          429,
          Map.of(
              "Content-Type", "application/json", "Retry-After", String.valueOf(retryAfterSeconds)),
          status.body());
    }
  }

  /// The connection ends before anything is answered; the request is not looked at.
  record DropConnection() implements Fault {}

  /// What was asked for is done, and the connection ends before anything is answered.
  record LoseReply() implements Fault {}

  /// Nothing is answered until the test releases it (then all goes on as if nothing had been) or
  /// the registry is closed (then the connection ends).
  final class Stall implements Fault {
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private volatile boolean isOver;

    /// Something that stalls each request it happens to.
    public Stall() {}

    /// Waits until a request stalls here.
    ///
    /// @throws AssertionError when none has come within ten seconds
    public void awaitArrival() throws InterruptedException {
      if (!arrived.await(10, TimeUnit.SECONDS)) {
        throw new AssertionError("expected a request to stall here, got none");
      }
    }

    public void release() {
      released.countDown();
    }

    void end() {
      isOver = true;
      released.countDown();
    }

    /// Waits; true when the request may go on.
    boolean hold() throws InterruptedException {
      arrived.countDown();
      released.await();
      return !isOver;
    }
  }

  /// The body comes one byte a `pause`, until it is complete or the registry is closed.
  record Dribble(Duration pause) implements Fault {}

  /// The length is announced rightly, and the connection ends after `bytes` of the body.
  record Truncate(int bytes) implements Fault {}

  /// The first byte of the body is another one; everything else is right.
  record CorruptBody() implements Fault {}

  /// `Content-Length` is off by `difference`, for `HEAD` as for `GET`. When it announces more than
  /// there is, the connection ends after the body; when less, the body is cut.
  record LieAboutLength(int difference) implements Fault {}

  /// One header has another value.
  record WrongHeader(String name, String value) implements Fault {}

  /// One header is missing.
  record MissingHeader(String name) implements Fault {}

  /// 307 to elsewhere.
  record RedirectTo(URI location) implements Fault {}

  /// A body without an announced length and without an end (it ends with the registry, with the
  /// connection, or after 1 GiB).
  record EndlessBody() implements Fault {}

  /// Each read of a manifest is answered with the next of these, which must be in the same
  /// repository; after the last comes the first.
  record AlternateDigests(List<String> digests) implements Fault {
    public AlternateDigests {
      digests = List.copyOf(digests);
      if (digests.isEmpty()) {
        throw new IllegalArgumentException("expected at least one digest, got none");
      }
    }
  }

  static Fault wrongContentType(String mediaType) {
    return new WrongHeader("Content-Type", mediaType);
  }
}
