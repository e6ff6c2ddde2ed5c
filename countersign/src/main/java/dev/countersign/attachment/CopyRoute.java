package dev.countersign.attachment;

import dev.countersign.oci.Descriptor;
import dev.countersign.oci.Repository;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// From one repository to another, which may be of other stores.
record CopyRoute(
    ContentStore source, Repository from, ContentStore target, Repository to, Deadline deadline) {
  /// Few, since each may hold two connections to one host.
  private static final int WIDTH = 4;

  /// Layers that registries need not have, since an image names the place where they lie.
  private static final List<String> FOREIGN =
      List.of(
          "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
          "application/vnd.oci.image.layer.nondistributable.v1.tar");

  CopyRoute startingAt(Repository newFrom) {
    return new CopyRoute(source, newFrom, target, to, deadline);
  }

  /// Copies `blobs`, a few at a time, in pieces.
  ///
  /// @throws IOException if one of them cannot be copied; others may have been
  void copyBlobs(List<Descriptor> blobs) throws IOException {
    var distinct =
        blobs.stream().filter(blob -> FOREIGN.stream().noneMatch(blob.mediaType()::startsWith));
    var rest = new ArrayList<>(distinct.distinct().toList());
    while (!rest.isEmpty()) {
      var few = rest.subList(0, Math.min(WIDTH, rest.size()));
      for (var failure : SideBySide.map(List.copyOf(few), this::failureOf)) {
        if (failure.isPresent()) {
          throw failure.get();
        }
      }
      few.clear();
    }
  }

  private Optional<IOException> failureOf(Descriptor blob) {
    try {
      copy(blob);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e);
    }
  }

  private void copy(Descriptor blob) throws IOException {
    if (target.hasBlob(to, blob.digest(), deadline)) {
      return;
    }
    if (source.equals(target) && target.mountBlob(to, blob.digest(), from, deadline)) {
      return;
    }
    var isThere =
        source.readBlob(
            from, blob, content -> target.pushBlob(to, blob, content, deadline), deadline);
    if (!isThere) {
      throw new IOException("expected the blob " + from.digest(blob.digest()) + ", got none");
    }
  }
}
