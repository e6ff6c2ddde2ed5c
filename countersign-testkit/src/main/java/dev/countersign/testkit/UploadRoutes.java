package dev.countersign.testkit;

import java.io.IOException;
import java.util.Set;
import java.util.regex.Pattern;

/// Uploads of blobs: in one request, in chunks, and by mounting from another repository.
final class UploadRoutes {
  private static final Pattern RANGE = Pattern.compile("(\\d{1,18})-(\\d{1,18})");

  private final Store store;
  private final Budget budget;
  private final Uploads uploads;
  private final Set<Quirk> quirks;

  UploadRoutes(Store store, Budget budget, Set<Quirk> quirks) {
    this.store = store;
    this.budget = budget;
    this.uploads = new Uploads(budget);
    this.quirks = quirks;
  }

  Reply answer(Call call, Route.Uploads route) throws Refusal, IOException {
    if (!call.method().equals("POST")) {
      throw Routes.noSuchMethod(call);
    }
    var repository = route.repository();
    var mount = call.query().first("mount");
    if (mount.isPresent()) {
      return mount(call, repository, mount.get());
    }
    var digest = call.query().first("digest");
    if (digest.isPresent() && !quirks.contains(Quirk.NO_SINGLE_POST)) {
      Names.demandDigest(digest.get());
      return keep(repository, digest.get(), call.readBody(budget.left()));
    }
    return begun(uploads.begin(repository));
  }

  private Reply mount(Call call, String repository, String digest) throws Refusal {
    Names.demandDigest(digest);
    var from = call.query().first("from");
    var content = from.flatMap(other -> store.blob(other, digest));
    if (content.isEmpty() || quirks.contains(Quirk.NO_MOUNT)) {
      return begun(uploads.begin(repository));
    }
    return keep(repository, digest, content.get());
  }

  Reply answer(Call call, Route.Upload route) throws Refusal, IOException {
    var session = uploads.find(route);
    return switch (call.method()) {
      case "GET" -> progress(204, session);
      case "PATCH" -> {
        append(call, session);
        yield progress(202, session);
      }
      case "PUT" -> finish(call, route, session);
      case "DELETE" -> {
        uploads.end(session);
        yield Reply.of(204);
      }
      default -> throw Routes.noSuchMethod(call);
    };
  }

  private void append(Call call, Uploads.Session session) throws Refusal, IOException {
    if (call.query().first("_state").filter(session.state()::equals).isEmpty()) {
      throw Refusal.of(
          400,
          ErrorCode.BLOB_UPLOAD_INVALID,
          "expected the address of the last Location, with its whole query");
    }
    var chunk = call.readBody(budget.left());
    var range = call.header("Content-Range");
    if (range.isEmpty()) {
      session.append(session.size(), chunk);
      return;
    }
    var match = RANGE.matcher(range.get());
    if (!match.matches()) {
      throw Refusal.of(400, ErrorCode.BLOB_UPLOAD_INVALID, "expected Content-Range <first>-<last>");
    }
    var first = Long.parseLong(match.group(1));
    if (Long.parseLong(match.group(2)) - first + 1 != chunk.length) {
      throw Refusal.of(
          400, ErrorCode.SIZE_INVALID, "expected as many bytes as Content-Range announces");
    }
    session.append(first, chunk);
  }

  private Reply finish(Call call, Route.Upload route, Uploads.Session session)
      throws Refusal, IOException {
    var digest = call.query().first("digest").orElse("");
    Names.demandDigest(digest);
    append(call, session);
    uploads.end(session);
    return keep(route.repository(), digest, session.bytes());
  }

  private Reply keep(String repository, String digest, byte[] content) throws Refusal {
    var computed = ContentDigest.like(digest, content);
    if (!computed.equals(digest)) {
      throw new Refusal(ErrorCode.DIGEST_INVALID, "expected " + digest + ", got " + computed);
    }
    store.putBlob(repository, digest, content);
    var reply = Reply.of(201).with("Location", "/v2/" + repository + "/blobs/" + digest);
    return quirks.contains(Quirk.NO_DIGEST_HEADER)
        ? reply
        : reply.with("Docker-Content-Digest", digest);
  }

  private static Reply begun(Uploads.Session session) {
    return progress(202, session);
  }

  private static Reply progress(int status, Uploads.Session session) {
    return Reply.of(status)
        .with("Location", session.location())
        .with("Range", session.range())
        .with("Docker-Upload-UUID", session.id());
  }
}
