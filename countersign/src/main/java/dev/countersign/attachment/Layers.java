package dev.countersign.attachment;

import static java.util.Objects.requireNonNull;

import dev.countersign.format.Bytes;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.Digest;
import dev.countersign.oci.Repository;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import dev.countersign.signature.Evidence;
import dev.countersign.signature.Evidence.Gap;
import dev.countersign.signature.Signature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The layers that hold signatures, fetched side by side, each digest once.
///
/// One layer that is absent, lies or fails takes nothing from the others.
record Layers(ContentStore store, Repository repository, Kind kind, Deadline deadline) {
  /// The most signatures of one image that are read in one form.
  static final int MAX_LAYERS = 1_000;

  /// How the content of a layer becomes a signature. Total: what cannot be read is malformed.
  interface Reading {
    Signature read(Descriptor layer, Bytes content);
  }

  /// A layer, and how it is to be read.
  record Unread(Descriptor layer, Reading reading) {}

  /// The signatures in `layers`, in their order, up to the limits.
  Evidence read(List<Unread> layers) {
    var gaps = new ArrayList<Gap>();
    var within = withinLimits(layers, gaps);
    var contents = fetchAll(within);
    var signatures = new ArrayList<Signature>();
    for (var unread : within) {
      var layer = unread.layer();
      switch (requireNonNull(contents.get(layer.digest()))) {
        case Fetched.Present present ->
            signatures.add(unread.reading().read(layer, present.bytes()));
        case Fetched.Absent absent ->
            signatures.add(
                new Signature.Malformed("expected the payload " + layer.digest() + ", got none"));
        case Fetched.Failed failed -> gaps.add(failed.gap());
      }
    }
    return new Evidence(signatures, gaps);
  }

  private List<Unread> withinLimits(List<Unread> layers, List<Gap> gaps) {
    var within = new ArrayList<Unread>();
    long bytes = 0;
    for (var unread : layers) {
      long size = unread.layer().size();
      var isSmall = size <= kind.maxBytes();
      if (within.size() == MAX_LAYERS || (isSmall && bytes + size > kind.maxTotalBytes())) {
        gaps.add(
            new Gap.Limit(
                "read the first %d of %d signatures (limits: %d signatures, %d bytes)"
                    .formatted(within.size(), layers.size(), MAX_LAYERS, kind.maxTotalBytes())));
        return within;
      }
      if (isSmall) {
        bytes += size;
        within.add(unread);
      } else {
        gaps.add(
            new Gap.Limit(
                "expected a payload of at most %d bytes, got %d".formatted(kind.maxBytes(), size)));
      }
    }
    return within;
  }

  private Map<Digest, Fetched> fetchAll(List<Unread> layers) {
    var distinct = new LinkedHashMap<Digest, Descriptor>();
    layers.forEach(unread -> distinct.putIfAbsent(unread.layer().digest(), unread.layer()));
    var fetched = SideBySide.map(List.copyOf(distinct.values()), this::fetch);
    var contents = new LinkedHashMap<Digest, Fetched>();
    int i = 0;
    for (var digest : distinct.keySet()) {
      contents.put(digest, fetched.get(i++));
    }
    return contents;
  }

  private Fetched fetch(Descriptor layer) {
    try {
      return store
          .fetchBlob(repository, layer, kind.maxBytes(), deadline)
          .<Fetched>map(Fetched.Present::new)
          .orElseGet(Fetched.Absent::new);
    } catch (IOException e) {
      return new Fetched.Failed(Attachments.gapOf(e));
    }
  }

  /// What a look-up of one layer gave.
  private sealed interface Fetched {
    record Present(Bytes bytes) implements Fetched {}

    record Absent() implements Fetched {}

    record Failed(Gap gap) implements Fetched {}
  }
}
