package dev.countersign.registry;

import dev.countersign.format.FormatException;
import dev.countersign.oci.Content;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.Manifest;
import dev.countersign.oci.MediaType;
import dev.countersign.registry.ContentStore.Referrers;
import dev.countersign.registry.RegistryClient.Exchange;
import dev.countersign.registry.RegistryException.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The pages of one list of referrers ([distribution
/// §listing-referrers](https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers)).
///
/// The artifact types in it are not filtered: cosign and some registries get them wrong.
final class ReferrerPages {
  private static final int MAX_PAGES = 20;
  private static final Pattern NEXT =
      Pattern.compile("\\s*<([^<>]*)>\\s*;(?:[^,]*;)?\\s*rel=\"?next\"?\\s*(?:;.*)?");

  private final RegistryClient client;
  private final Retrier retrier;
  private final Deadline deadline;

  ReferrerPages(RegistryClient client, Retrier retrier, Deadline deadline) {
    this.client = client;
    this.retrier = retrier;
    this.deadline = deadline;
  }

  /// All that refers to `image`, up to the limits; empty if the registry has no such end point.
  ///
  /// @throws RegistryException if not even the first page came
  Optional<Referrers> fetch(Digested image) throws RegistryException {
    var scope = new Scope(image.repository(), Scope.Access.PULL);
    var first = "/v2/" + image.repository().path() + "/referrers/" + image.digest();
    var page = retrier.ask(() -> page(scope, first), deadline);
    if (page.isEmpty()) {
      return Optional.empty();
    }
    var found = new ArrayList<>(page.get().manifests());
    var next = page.get().next();
    for (int pages = 1; next.isPresent(); pages++) {
      if (pages == MAX_PAGES || found.size() >= Referrers.MAX) {
        return Optional.of(cut(found, limit(image)));
      }
      var target = next.get();
      try {
        var more = retrier.ask(() -> page(scope, target), deadline).orElseThrow(() -> gone(target));
        found.addAll(more.manifests());
        next = more.next();
      } catch (RegistryException e) {
        return Optional.of(cut(found, e));
      }
    }
    return Optional.of(
        found.size() > Referrers.MAX
            ? cut(found, limit(image))
            : new Referrers(found, Optional.empty()));
  }

  private record Page(List<Descriptor> manifests, Optional<String> next) {}

  private Optional<Page> page(Scope scope, String target) throws RegistryException {
    var exchange =
        client.read(
            scope,
            origin ->
                Request.get(new Url(origin, target), ContentStore.MAX_MANIFEST_BYTES)
                    .with("Accept", MediaType.OCI_INDEX),
            deadline);
    if (exchange.isAbsent()) {
      return Optional.empty();
    }
    if (exchange.response().status() != 200) {
      throw exchange.fault();
    }
    return Optional.of(new Page(manifests(exchange), next(exchange)));
  }

  private static List<Descriptor> manifests(Exchange exchange) throws RegistryException {
    var type = exchange.response().mediaType();
    if (!type.equals(MediaType.OCI_INDEX)) {
      throw refused(exchange, "expected " + MediaType.OCI_INDEX + ", got \"" + type + '"');
    }
    try {
      return switch (Manifest.parse(new Content(type, exchange.response().body()))) {
        case Manifest.Index index -> index.manifests();
        case Manifest.Image image -> throw refused(exchange, "expected an index, got an image");
      };
    } catch (FormatException e) {
      throw refused(exchange, e.problem());
    }
  }

  /// Path and query of the page after this one, which must be on the same host.
  private static Optional<String> next(Exchange exchange) throws RegistryException {
    for (var link : exchange.response().headers("Link")) {
      var matcher = NEXT.matcher(link);
      if (matcher.matches()) {
        return Optional.of(target(exchange, matcher.group(1)));
      }
    }
    return Optional.empty();
  }

  private static String target(Exchange exchange, String link) throws RegistryException {
    try {
      var from = exchange.request().url();
      var to = from.resolve(link);
      if (!to.origin().equals(from.origin())) {
        throw refused(exchange, "the next page of referrers lies on another host, " + to.origin());
      }
      return to.target();
    } catch (FormatException e) {
      throw refused(exchange, "no usable Link: " + e.problem());
    }
  }

  private static Referrers cut(List<Descriptor> found, RegistryException why) {
    return new Referrers(found.subList(0, Math.min(found.size(), Referrers.MAX)), Optional.of(why));
  }

  private static RegistryException limit(Digested image) {
    return new RegistryException(
        Fault.LIMIT,
        "referrers of "
            + image
            + ": more than "
            + Referrers.MAX
            + " manifests or "
            + MAX_PAGES
            + " pages are not read");
  }

  private static RegistryException gone(String target) {
    return new RegistryException(Fault.REFUSED, "GET " + target + ": the next page is not there");
  }

  private static RegistryException refused(Exchange exchange, String problem) {
    return new RegistryException(Fault.REFUSED, exchange.request() + ": " + problem);
  }
}
