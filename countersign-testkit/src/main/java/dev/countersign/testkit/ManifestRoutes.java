package dev.countersign.testkit;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Manifests by tag and by digest.
final class ManifestRoutes {
  private static final long MOST_BYTES = 4L << 20;

  private final Store store;
  private final Hooks hooks;
  private final Set<Quirk> quirks;

  ManifestRoutes(Store store, Hooks hooks, Set<Quirk> quirks) {
    this.store = store;
    this.hooks = hooks;
    this.quirks = quirks;
  }

  Reply answer(Call call, Route.Manifest route) throws Refusal, IOException {
    return switch (call.method()) {
      case "GET", "HEAD" -> read(call, route);
      case "PUT" -> put(call, route);
      case "DELETE" -> delete(route);
      default -> throw Routes.noSuchMethod(call);
    };
  }

  private Reply read(Call call, Route.Manifest route) throws Refusal {
    var manifest =
        store.manifest(route.repository(), route.reference()).orElseThrow(() -> unknown(route));
    if (call.header("If-None-Match").filter(etag(manifest)::equals).isPresent()) {
      return marked(Reply.of(304), manifest);
    }
    return marked(Reply.of(200), manifest).body(manifest.mediaType(), manifest.content());
  }

  private Reply put(Call call, Route.Manifest route) throws Refusal, IOException {
    if (route.reference().contains(":")) {
      Names.demandDigest(route.reference());
    } else if (!Names.isTag(route.reference())) {
      throw new Refusal(ErrorCode.MANIFEST_INVALID, "expected a tag, got " + route.reference());
    }
    var content = call.readBody(MOST_BYTES);
    var manifest = parse(call, route, content);
    demandContent(route.repository(), manifest.fields());
    hooks.beforeManifestPut();
    store.putManifest(
        route.repository(), route.reference(), manifest, current -> demand(call, current));
    hooks.afterManifestPut();
    var location = "/v2/" + route.repository() + "/manifests/" + manifest.digest();
    var reply = marked(Reply.of(201).with("Location", location), manifest);
    return manifest.fields().subject().isEmpty() || quirks.contains(Quirk.NO_REFERRERS_API)
        ? reply
        : reply.with("OCI-Subject", manifest.fields().subject().get());
  }

  private static StoredManifest parse(Call call, Route.Manifest route, byte[] content)
      throws Refusal {
    var mediaType =
        call.header("Content-Type")
            .orElseThrow(
                () -> new Refusal(ErrorCode.MANIFEST_INVALID, "expected a Content-Type, got none"));
    var digest = ContentDigest.like(route.reference(), content);
    if (ContentDigest.isValid(route.reference()) && !digest.equals(route.reference())) {
      throw new Refusal(
          ErrorCode.DIGEST_INVALID, "expected " + route.reference() + ", got " + digest);
    }
    return new StoredManifest(digest, mediaType, content, ManifestFields.parse(content, mediaType));
  }

  private void demandContent(String repository, ManifestFields fields) throws Refusal {
    if (quirks.contains(Quirk.ACCEPTS_MISSING_CONTENT)) {
      return;
    }
    for (var blob : fields.blobs()) {
      if (store.blob(repository, blob).isEmpty()) {
        throw missing("blob", blob);
      }
    }
    for (var manifest : fields.manifests()) {
      if (store.manifest(repository, manifest).isEmpty()) {
        throw missing("manifest", manifest);
      }
    }
  }

  private static Refusal missing(String kind, String digest) {
    var message = kind + " unknown to registry: " + digest;
    return new Refusal(
        message, Reply.error(ErrorCode.MANIFEST_BLOB_UNKNOWN, message, Map.of("digest", digest)));
  }

  private void demand(Call call, Optional<StoredManifest> current) throws Refusal {
    if (quirks.contains(Quirk.NO_IF_MATCH)) {
      return;
    }
    var match = call.header("If-Match");
    if (match.isPresent()
        && current.filter(m -> match.get().equals("*") || match.get().equals(etag(m))).isEmpty()) {
      throw new Refusal(ErrorCode.PRECONDITION_FAILED, "the manifest is not the expected one");
    }
    if (call.header("If-None-Match").filter("*"::equals).isPresent() && current.isPresent()) {
      throw new Refusal(ErrorCode.PRECONDITION_FAILED, "expected no manifest, got one");
    }
  }

  private Reply delete(Route.Manifest route) throws Refusal {
    Routes.demandDelete(quirks);
    var deleted =
        ContentDigest.isValid(route.reference())
            ? store.deleteManifest(route.repository(), route.reference())
            : store.deleteTag(route.repository(), route.reference());
    if (!deleted) {
      throw unknown(route);
    }
    return Reply.of(202);
  }

  private Reply marked(Reply reply, StoredManifest manifest) {
    var marked = reply;
    if (!quirks.contains(Quirk.NO_DIGEST_HEADER)) {
      marked = marked.with("Docker-Content-Digest", manifest.digest());
    }
    return quirks.contains(Quirk.NO_IF_MATCH) ? marked : marked.with("ETag", etag(manifest));
  }

  private static String etag(StoredManifest manifest) {
    return '"' + manifest.digest() + '"';
  }

  private Refusal unknown(Route.Manifest route) {
    return store.hasRepository(route.repository())
        ? new Refusal(ErrorCode.MANIFEST_UNKNOWN, "manifest unknown: " + route.reference())
        : Routes.noSuchRepository(route.repository());
  }
}
