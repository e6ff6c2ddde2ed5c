package dev.countersign.testkit;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The two lists that come in pages: tags of a repository, referrers of a manifest.
final class ListRoutes {
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";

  private final Store store;
  private final Set<Quirk> quirks;
  private final int pageSize;

  ListRoutes(Store store, Set<Quirk> quirks, int pageSize) {
    this.store = store;
    this.quirks = quirks;
    this.pageSize = pageSize;
  }

  Reply answer(Call call, Route.Tags route) throws Refusal {
    Routes.demandRead(call);
    if (!store.hasRepository(route.repository())) {
      throw Routes.noSuchRepository(route.repository());
    }
    var last = call.query().first("last");
    var asked = number(call, "n").orElse(pageSize);
    var rest =
        store.tags(route.repository()).stream()
            .filter(tag -> last.isEmpty() || tag.compareTo(last.get()) > 0)
            .toList();
    var page = rest.subList(0, Math.min(rest.size(), Math.min(asked, pageSize)));
    var body = Json.write(Map.of("name", route.repository(), "tags", page));
    var reply = Reply.of(200).body("application/json", body);
    return page.size() == rest.size() || page.isEmpty()
        ? reply
        : reply.with("Link", next(call, "n=" + asked + "&last=" + encode(page.getLast())));
  }

  Reply answer(Call call, Route.Referrers route) throws Refusal {
    if (quirks.contains(Quirk.NO_REFERRERS_API)) {
      throw Routes.notFound();
    }
    Routes.demandRead(call);
    Names.demandDigest(route.digest());
    var type = call.query().first("artifactType");
    var filter = quirks.contains(Quirk.NO_REFERRERS_FILTER) ? Optional.<String>empty() : type;
    var all =
        store.referrers(route.repository(), route.digest()).stream()
            .filter(m -> filter.isEmpty() || filter.equals(m.fields().artifactType()))
            .map(StoredManifest::descriptor)
            .toList();
    var from = Math.min(number(call, "_from").orElse(0), all.size());
    var to = Math.min(from + pageSize, all.size());
    var reply = Reply.of(200).body(INDEX, index(all.subList(from, to)));
    if (filter.isPresent()) {
      reply = reply.with("OCI-Filters-Applied", "artifactType");
    }
    var kept = type.map(t -> "artifactType=" + encode(t) + '&').orElse("");
    return to == all.size() ? reply : reply.with("Link", next(call, kept + "_from=" + to));
  }

  private static byte[] index(List<Map<String, Object>> manifests) {
    return Json.write(
        new TreeMap<>(Map.of("schemaVersion", 2, "mediaType", INDEX, "manifests", manifests)));
  }

  private static Optional<Integer> number(Call call, String name) throws Refusal {
    var text = call.query().first(name);
    if (text.isPresent() && !text.get().matches("\\d{1,9}")) {
      throw Refusal.of(400, ErrorCode.UNSUPPORTED, "expected a number, got " + text.get());
    }
    return text.map(Integer::valueOf);
  }

  private static String next(Call call, String query) {
    return '<' + call.request().path() + '?' + query + ">; rel=\"next\"";
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
