package dev.countersign.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/// The answers of a registry.
final class Routes implements Answering {
  private final AccessControl access;
  private final BlobRoutes blobs;
  private final UploadRoutes uploads;
  private final ManifestRoutes manifests;
  private final ListRoutes lists;

  Routes(InProcessOptions options, Store store, Budget budget, Hooks hooks, AccessControl access) {
    this.access = access;
    var quirks = options.quirks();
    blobs = new BlobRoutes(store, quirks);
    uploads = new UploadRoutes(store, budget, quirks);
    manifests = new ManifestRoutes(store, hooks, quirks);
    lists = new ListRoutes(store, quirks, options.pageSize());
  }

  @Override
  public Reply answer(Call call) throws Refusal, IOException {
    var route = Route.parse(call.request().path());
    access.demand(call, route);
    return switch (route) {
      case Route.Base _ -> Reply.of(200).body("application/json", Json.write(Map.of()));
      case Route.Token _ -> access.issueToken(call);
      case Route.Nowhere _ -> throw notFound();
      case Route.Blob blob -> {
        Names.demandName(blob.repository());
        yield blobs.answer(call, blob);
      }
      case Route.Uploads upload -> {
        Names.demandName(upload.repository());
        yield uploads.answer(call, upload);
      }
      case Route.Upload upload -> uploads.answer(call, upload);
      case Route.Manifest manifest -> {
        Names.demandName(manifest.repository());
        yield manifests.answer(call, manifest);
      }
      case Route.Tags tags -> {
        Names.demandName(tags.repository());
        yield lists.answer(call, tags);
      }
      case Route.Referrers referrers -> {
        Names.demandName(referrers.repository());
        yield lists.answer(call, referrers);
      }
    };
  }

  static Refusal noSuchRepository(String repository) {
    return new Refusal(ErrorCode.NAME_UNKNOWN, "repository name not known: " + repository);
  }

  static Refusal noSuchMethod(Call call) {
    return new Refusal(ErrorCode.UNSUPPORTED, "the operation is unsupported: " + call.method());
  }

  /// What Go's own server says of a path that it does not know.
  static Refusal notFound() {
    var body = "404 page not found\n".getBytes(StandardCharsets.UTF_8);
    return new Refusal("not found", Reply.of(404).body("text/plain; charset=utf-8", body));
  }

  static void demandRead(Call call) throws Refusal {
    if (!call.request().isRead()) {
      throw noSuchMethod(call);
    }
  }

  static void demandDelete(Set<Quirk> quirks) throws Refusal {
    if (quirks.contains(Quirk.NO_DELETE)) {
      throw new Refusal(ErrorCode.UNSUPPORTED, "the operation is unsupported: DELETE");
    }
  }
}
