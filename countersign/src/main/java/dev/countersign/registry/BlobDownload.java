package dev.countersign.registry;

import dev.countersign.oci.Descriptor;
import dev.countersign.oci.Repository;
import dev.countersign.registry.ContentStore.BlobReader;
import dev.countersign.registry.RegistryException.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicReference;

/// Gets a blob of any size, piece by piece.
record BlobDownload(
    RegistryClient client, Repository repository, Descriptor blob, Deadline deadline) {
  /// Gives the blob to `reader`, and says whether it is there.
  ///
  /// @throws IOException also what `reader` throws; that is not tried again unless it is a fault of
  ///   a registry
  boolean into(BlobReader reader, Retrier retrier) throws IOException {
    var broken = new AtomicReference<IOException>();
    try {
      return retrier.ask(() -> ask(reader, broken), deadline);
    } catch (RegistryException e) {
      var failure = broken.get();
      throw failure == null ? e : failure;
    }
  }

  private boolean ask(BlobReader reader, AtomicReference<IOException> broken)
      throws RegistryException {
    var exchange =
        client.read(
            new Scope(repository, Scope.Access.PULL),
            origin -> request(BlobUpload.url(origin, repository, blob.digest()), reader, broken),
            deadline);
    if (exchange.isAbsent()) {
      return false;
    }
    if (exchange.response().status() != 200) {
      throw exchange.fault();
    }
    return true;
  }

  private Request request(Url url, BlobReader reader, AtomicReference<IOException> broken) {
    return Request.download(
        url, blob.size(), content -> read(Request.get(url, 0), content, reader, broken));
  }

  private void read(
      Request asked, InputStream content, BlobReader reader, AtomicReference<IOException> broken)
      throws RegistryException {
    try {
      reader.read(new BlobStream(content, blob, e -> Faults.of(asked, e, deadline)));
    } catch (RegistryException e) {
      throw e;
    } catch (IOException e) {
      broken.set(e);
      throw new RegistryException(Fault.REFUSED, asked + ": the reader failed", e);
    }
  }
}
