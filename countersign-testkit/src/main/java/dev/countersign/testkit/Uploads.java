package dev.countersign.testkit;

import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// The uploads that have begun and not ended. Safe for many threads.
final class Uploads {
  private static final int MOST = 1000;

  private final Budget budget;
  private final Map<String, Session> sessions = new ConcurrentHashMap<>();

  Uploads(Budget budget) {
    this.budget = budget;
  }

  Session begin(String repository) throws Refusal {
    if (sessions.size() >= MOST) {
      throw new Refusal(ErrorCode.TOOMANYREQUESTS, "too many uploads have begun and not ended");
    }
    var session = new Session(repository, UUID.randomUUID().toString());
    sessions.put(session.id, session);
    return session;
  }

  Session find(Route.Upload upload) throws Refusal {
    var session = sessions.get(upload.id());
    if (session == null || !session.repository.equals(upload.repository())) {
      throw new Refusal(ErrorCode.BLOB_UPLOAD_UNKNOWN, "no such upload");
    }
    return session;
  }

  /// Forgets an upload and gives its bytes back to the budget.
  void end(Session session) {
    if (sessions.remove(session.id) != null) {
      budget.give(session.size());
    }
  }

  /// One upload: the bytes so far, and the state that the next request's address must carry.
  final class Session {
    private final String repository;
    private final String id;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();

    private Session(String repository, String id) {
      this.repository = repository;
      this.id = id;
    }

    /// Adds a chunk whose first byte is at `start`.
    synchronized void append(long start, byte[] chunk) throws Refusal {
      if (start != content.size()) {
        throw outOfOrder(start);
      }
      budget.take(chunk.length);
      content.writeBytes(chunk);
    }

    synchronized int size() {
      return content.size();
    }

    synchronized byte[] bytes() {
      return content.toByteArray();
    }

    /// Where the next request of this upload goes. The query is part of it: a client that drops it
    /// is lost, as it is with most registries.
    String location() {
      return "/v2/" + repository + "/blobs/uploads/" + id + "?_state=" + state();
    }

    String state() {
      return ContentDigest.sha256(id + '/' + size()).substring(7, 23);
    }

    String range() {
      return "0-" + Math.max(0, size() - 1);
    }

    String id() {
      return id;
    }

    private Refusal outOfOrder(long start) {
      var message = "expected a chunk that starts at " + content.size() + ", got " + start;
      var reply = Reply.error(ErrorCode.BLOB_UPLOAD_INVALID, message);
      return new Refusal(message, reply.with("Location", location()).with("Range", range()));
    }
  }
}
