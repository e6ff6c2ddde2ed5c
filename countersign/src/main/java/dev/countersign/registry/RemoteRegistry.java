package dev.countersign.registry;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.oci.Content;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.Digest;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.ImageReference.Tagged;
import dev.countersign.oci.MediaType;
import dev.countersign.oci.Repository;
import dev.countersign.registry.RegistryClient.Exchange;
import dev.countersign.registry.RegistryException.Fault;
import dev.countersign.registry.Scope.Access;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/// All registries that are reached over the network in one way.
///
/// Keeps connections, tokens, and what it found out about hosts, until it is closed. Safe for use
/// by many threads, virtual ones among them.
public final class RemoteRegistry implements ContentStore, AutoCloseable {
  private static final String MANIFEST_TYPES =
      String.join(
          ", ",
          MediaType.OCI_MANIFEST,
          MediaType.OCI_INDEX,
          MediaType.DOCKER_MANIFEST,
          MediaType.DOCKER_INDEX);
  private static final Pattern ETAG = Pattern.compile("(?:W/)?\"[\\x21\\x23-\\x7e]{0,256}\"");

  private final RegistryClient client;
  private final Retrier retrier;

  /// A client without any state yet; nothing is read and no connection is made.
  public RemoteRegistry(RegistryOptions options) {
    this(options, Resolver.SYSTEM);
  }

  RemoteRegistry(RegistryOptions options, Resolver resolver) {
    client = new RegistryClient(options, resolver);
    retrier = new Retrier(options.retry(), ThreadLocalRandom::current);
  }

  @Override
  public Optional<Digested> resolve(ImageReference image, Deadline deadline)
      throws RegistryException {
    return switch (image) {
      case Digested digested -> Optional.of(digested);
      case Tagged tagged -> retrier.ask(() -> lookUp(tagged, deadline), deadline);
    };
  }

  @Override
  public Optional<Fetched> fetchManifest(ImageReference image, Deadline deadline)
      throws RegistryException {
    return retrier.ask(() -> getManifest(image, deadline), deadline);
  }

  @Override
  public Optional<Referrers> fetchReferrers(Digested image, Deadline deadline)
      throws RegistryException {
    return new ReferrerPages(client, retrier, deadline).fetch(image);
  }

  @Override
  public Optional<Bytes> fetchBlob(
      Repository repository, Descriptor blob, int limitBytes, Deadline deadline)
      throws RegistryException {
    if (blob.size() > limitBytes) {
      throw new RegistryException(
          Fault.LIMIT,
          "blob "
              + repository.digest(blob.digest())
              + ": expected at most "
              + limitBytes
              + " bytes, got "
              + blob.size());
    }
    return retrier.ask(() -> getBlob(repository, blob, deadline), deadline);
  }

  @Override
  public boolean hasBlob(Repository repository, Digest blob, Deadline deadline)
      throws RegistryException {
    return retrier.ask(
        () -> headBlob(new Scope(repository, Access.PULL), blob, deadline), deadline);
  }

  @Override
  public void pushBlob(Repository repository, Bytes blob, Deadline deadline)
      throws RegistryException {
    retrier.ask(
        () -> {
          BlobUpload.push(client, repository, blob, deadline);
          return true;
        },
        deadline);
  }

  @Override
  public boolean readBlob(
      Repository repository, Descriptor blob, BlobReader reader, Deadline deadline)
      throws IOException {
    return new BlobDownload(client, repository, blob, deadline).into(reader, retrier);
  }

  @Override
  public void pushBlob(
      Repository repository, Descriptor blob, InputStream content, Deadline deadline)
      throws RegistryException {
    BlobUpload.push(client, repository, blob, content, deadline);
  }

  @Override
  public boolean mountBlob(Repository repository, Digest blob, Repository from, Deadline deadline)
      throws RegistryException {
    return repository.registry().equals(from.registry())
        && retrier.ask(() -> BlobUpload.mount(client, repository, blob, from, deadline), deadline);
  }

  @Override
  public boolean deleteManifest(ImageReference target, Deadline deadline) throws RegistryException {
    return retrier.ask(() -> delete(target, deadline), deadline);
  }

  @Override
  public void pushManifest(
      ImageReference target, Content manifest, Precondition condition, Deadline deadline)
      throws RegistryException {
    switch (target) {
      case Tagged tagged -> putManifest(target, manifest, condition, deadline);
      case Digested digested ->
          retrier.ask(() -> putManifest(target, manifest, condition, deadline), deadline);
    }
  }

  @Override
  public void close() {
    client.close();
  }

  private Optional<Digested> lookUp(Tagged image, Deadline deadline) throws RegistryException {
    var exchange = client.read(pull(image), origin -> manifest(image, origin, "HEAD"), deadline);
    if (exchange.isAbsent()) {
      return Optional.empty();
    }
    var digest = exchange.response().isSuccess() ? digest(exchange) : Optional.<Digest>empty();
    if (digest.isPresent()) {
      return digest.map(image.repository()::digest);
    }
    return switch (exchange.response().status()) {
      case 200, 400, 405, 501 ->
          getManifest(image, deadline).map(f -> image.repository().digest(f.content().digest()));
      default -> throw exchange.fault();
    };
  }

  private Optional<Fetched> getManifest(ImageReference image, Deadline deadline)
      throws RegistryException {
    var exchange = client.read(pull(image), origin -> manifest(image, origin, "GET"), deadline);
    if (exchange.isAbsent()) {
      return Optional.empty();
    }
    requireOk(exchange);
    var response = exchange.response();
    var content = new Content(response.mediaType(), response.body());
    var digest = content.digest();
    var claimed = digest(exchange).orElse(digest);
    var wanted = image instanceof Digested digested ? digested.digest() : claimed;
    if (!digest.equals(wanted) || !digest.equals(claimed)) {
      throw mismatch(exchange, digest.equals(wanted) ? claimed : wanted, digest);
    }
    return Optional.of(new Fetched(content, condition(response)));
  }

  private Optional<Bytes> getBlob(Repository repository, Descriptor blob, Deadline deadline)
      throws RegistryException {
    var exchange = readBlob(repository, blob, deadline);
    if (exchange.isAbsent()) {
      return Optional.empty();
    }
    requireOk(exchange);
    var bytes = exchange.response().body();
    var digest = Digest.of(bytes);
    if (!digest.equals(blob.digest())) {
      throw mismatch(exchange, blob.digest(), digest);
    }
    return Optional.of(bytes);
  }

  private Exchange readBlob(Repository repository, Descriptor blob, Deadline deadline)
      throws RegistryException {
    int size = (int) blob.size();
    try {
      return client.read(
          new Scope(repository, Access.PULL),
          origin -> Request.get(BlobUpload.url(origin, repository, blob.digest()), size),
          deadline);
    } catch (RegistryException e) {
      // Not our limit: the descriptor said how long it is.
      throw e.fault() == Fault.LIMIT ? new RegistryException(Fault.MISMATCH, e.problem(), e) : e;
    }
  }

  private boolean headBlob(Scope scope, Digest blob, Deadline deadline) throws RegistryException {
    return BlobUpload.isThere(client, scope, blob, deadline);
  }

  private boolean putManifest(
      ImageReference target, Content content, Precondition condition, Deadline deadline)
      throws RegistryException {
    var exchange =
        client.ask(
            new Scope(target.repository(), Access.PUSH),
            origin -> put(target, content, condition, origin),
            deadline);
    if (!exchange.response().isSuccess()) {
      throw exchange.fault();
    }
    return true;
  }

  private boolean delete(ImageReference target, Deadline deadline) throws RegistryException {
    var exchange =
        client.ask(
            new Scope(target.repository(), Access.DELETE),
            origin -> Request.delete(manifestUrl(target, origin)),
            deadline);
    if (exchange.isAbsent()) {
      return false;
    }
    if (!exchange.response().isSuccess()) {
      throw exchange.fault();
    }
    return true;
  }

  private static Request put(
      ImageReference target, Content content, Precondition condition, Origin origin) {
    var request =
        Request.put(manifestUrl(target, origin), content.bytes())
            .with("Content-Type", content.mediaType());
    return switch (condition) {
      case Precondition.None none -> request;
      case Precondition.IfMatch match -> request.with("If-Match", match.etag());
    };
  }

  private static Request manifest(ImageReference image, Origin origin, String method) {
    var url = manifestUrl(image, origin);
    var request = method.equals("HEAD") ? Request.head(url) : Request.get(url, MAX_MANIFEST_BYTES);
    return request.with("Accept", MANIFEST_TYPES);
  }

  private static Url manifestUrl(ImageReference image, Origin origin) {
    var name =
        switch (image) {
          case Tagged tagged -> tagged.tag();
          case Digested digested -> digested.digest().toString();
        };
    return new Url(origin, "/v2/" + image.repository().path() + "/manifests/" + name);
  }

  private static Scope pull(ImageReference image) {
    return new Scope(image.repository(), Access.PULL);
  }

  private static void requireOk(Exchange exchange) throws RegistryException {
    if (exchange.response().status() != 200) {
      throw exchange.fault();
    }
  }

  /// What the registry says the digest is; empty if it says none that we know.
  private static Optional<Digest> digest(Exchange exchange) {
    try {
      var text = exchange.response().header("Docker-Content-Digest").orElse("");
      return text.isEmpty() ? Optional.empty() : Optional.of(Digest.parse(text));
    } catch (FormatException e) {
      return Optional.empty();
    }
  }

  private static Precondition condition(Response response) {
    return response
        .header("ETag")
        .filter(etag -> ETAG.matcher(etag).matches())
        .<Precondition>map(Precondition.IfMatch::new)
        .orElse(new Precondition.None());
  }

  private static RegistryException mismatch(Exchange exchange, Digest expected, Digest got) {
    return new RegistryException(
        Fault.MISMATCH, exchange.request() + ": expected " + expected + ", got " + got);
  }
}
