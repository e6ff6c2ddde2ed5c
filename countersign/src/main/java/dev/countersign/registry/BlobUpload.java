package dev.countersign.registry;

import dev.countersign.format.Bytes;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.Digest;
import dev.countersign.oci.Repository;
import dev.countersign.registry.Scope.Access;
import java.io.InputStream;
import java.util.List;
import java.util.function.Function;

/// Puts blobs: first asks whether they are there, then sends them in one piece ([POST then
/// PUT](https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#post-then-put)).
final class BlobUpload {
  private BlobUpload() {}

  static void push(RegistryClient client, Repository repository, Bytes blob, Deadline deadline)
      throws RegistryException {
    var scope = new Scope(repository, Access.PUSH);
    var digest = Digest.of(blob);
    if (isThere(client, scope, digest, deadline)) {
      return;
    }
    send(client, scope, url -> Request.put(url, blob), digest, deadline);
  }

  static void push(
      RegistryClient client,
      Repository repository,
      Descriptor blob,
      InputStream content,
      Deadline deadline)
      throws RegistryException {
    send(
        client,
        new Scope(repository, Access.PUSH),
        url -> Request.upload(url, blob.size(), content),
        blob.digest(),
        deadline);
  }

  /// @param upload to where the registry says
  private static void send(
      RegistryClient client,
      Scope scope,
      Function<Url, Request> upload,
      Digest digest,
      Deadline deadline)
      throws RegistryException {
    var begun =
        client.ask(
            scope,
            origin -> Request.post(uploads(origin, scope.repository()), Request.NO_BODY),
            deadline);
    if (begun.response().status() != 202) {
      throw begun.fault();
    }
    var url = RegistryClient.location(begun).withQuery("digest", digest.toString());
    var request = upload.apply(url).with("Content-Type", "application/octet-stream");
    var put = client.continueAt(begun, request, deadline);
    if (!put.response().isSuccess()) {
      throw put.fault();
    }
  }

  /// Whether the registry took the blob over from `from` ([mounting](
  /// https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#mounting-a-blob-from-another-repository));
  /// if not, the upload that it began instead is left to it.
  static boolean mount(
      RegistryClient client, Repository repository, Digest blob, Repository from, Deadline deadline)
      throws RegistryException {
    var scope = new Scope(repository, Access.PUSH, List.of(from));
    var answer =
        client.ask(
            scope,
            origin ->
                Request.post(
                    uploads(origin, repository)
                        .withQuery("mount", blob.toString())
                        .withQuery("from", from.path()),
                    Request.NO_BODY),
            deadline);
    return switch (answer.response().status()) {
      case 201 -> true;
      case 202, 400, 401, 403, 404, 405 -> false;
      default -> throw answer.fault();
    };
  }

  private static Url uploads(Origin origin, Repository repository) {
    return new Url(origin, "/v2/" + repository.path() + "/blobs/uploads/");
  }

  static boolean isThere(RegistryClient client, Scope scope, Digest digest, Deadline deadline)
      throws RegistryException {
    var exchange =
        client.read(
            scope, origin -> Request.head(url(origin, scope.repository(), digest)), deadline);
    if (exchange.isAbsent()) {
      return false;
    }
    if (exchange.response().status() != 200) {
      throw exchange.fault();
    }
    return true;
  }

  static Url url(Origin origin, Repository repository, Digest digest) {
    return new Url(origin, "/v2/" + repository.path() + "/blobs/" + digest);
  }
}
