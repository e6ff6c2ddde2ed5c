package dev.countersign.registry;

import dev.countersign.format.Bytes;
import dev.countersign.oci.Digest;
import dev.countersign.oci.Repository;
import dev.countersign.registry.Scope.Access;

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
    var begun =
        client.ask(
            scope,
            origin ->
                Request.post(
                    new Url(origin, "/v2/" + repository.path() + "/blobs/uploads/"),
                    Request.NO_BODY),
            deadline);
    if (begun.response().status() != 202) {
      throw begun.fault();
    }
    var url = RegistryClient.location(begun).withQuery("digest", digest.toString());
    var request = Request.put(url, blob).with("Content-Type", "application/octet-stream");
    var put = client.continueAt(begun, request, deadline);
    if (!put.response().isSuccess()) {
      throw put.fault();
    }
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
