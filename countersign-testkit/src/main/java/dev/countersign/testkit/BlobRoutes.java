package dev.countersign.testkit;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads and deletes of blobs.
final class BlobRoutes {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  private final Store store;
  private final Set<Quirk> quirks;

  BlobRoutes(Store store, Set<Quirk> quirks) {
    this.store = store;
    this.quirks = quirks;
  }

  Reply answer(Call call, Route.Blob blob) throws Refusal {
    Names.demandDigest(blob.digest());
    return switch (call.method()) {
      case "GET", "HEAD" -> read(call, blob);
      case "DELETE" -> delete(blob);
      default -> throw Routes.noSuchMethod(call);
    };
  }

  private Reply read(Call call, Route.Blob blob) throws Refusal {
    var content =
        store.blob(blob.repository(), blob.digest()).orElseThrow(() -> unknown(blob.digest()));
    var reply = Reply.of(200).body("application/octet-stream", content);
    if (!quirks.contains(Quirk.NO_DIGEST_HEADER)) {
      reply = reply.with("Docker-Content-Digest", blob.digest());
    }
    if (quirks.contains(Quirk.NO_RANGE)) {
      return reply;
    }
    reply = reply.with("Accept-Ranges", "bytes");
    var range = call.header("Range").map(RANGE::matcher).filter(Matcher::matches);
    return range.isEmpty() ? reply : cut(reply, range.get());
  }

  private static Reply cut(Reply whole, Matcher range) {
    var length = whole.body().length;
    var part = Part.of(range.group(1), range.group(2), length);
    if (part.isEmpty()) {
      return Reply.of(416).with("Content-Range", "bytes */" + length);
    }
    return Reply.of(206)
        .with("Content-Type", "application/octet-stream")
        .with("Content-Range", "bytes " + part.get() + '/' + length)
        .body(Arrays.copyOfRange(whole.body(), part.get().first, part.get().last + 1));
  }

  /// The bytes from `first` to `last`, both included.
  private record Part(int first, int last) {
    /// A range as written, empty when nothing of `length` bytes is in it.
    static Optional<Part> of(String first, String last, int length) {
      if (first.isEmpty()) {
        var suffix = last.isEmpty() ? 0 : Math.min(Long.parseLong(last), length);
        return suffix == 0
            ? Optional.empty()
            : Optional.of(new Part((int) (length - suffix), length - 1));
      }
      var from = Long.parseLong(first);
      var to = last.isEmpty() ? length - 1L : Math.min(Long.parseLong(last), length - 1L);
      return from > to ? Optional.empty() : Optional.of(new Part((int) from, (int) to));
    }

    @Override
    public String toString() {
      return first + "-" + last;
    }
  }

  private Reply delete(Route.Blob blob) throws Refusal {
    Routes.demandDelete(quirks);
    if (!store.deleteBlob(blob.repository(), blob.digest())) {
      throw unknown(blob.digest());
    }
    return Reply.of(202);
  }

  private static Refusal unknown(String digest) {
    return new Refusal(ErrorCode.BLOB_UNKNOWN, "blob unknown to registry: " + digest);
  }
}
