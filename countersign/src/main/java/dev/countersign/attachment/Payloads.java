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
import dev.countersign.signature.SimpleSigning;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The payloads of one signature manifest, fetched side by side, each digest once.
///
/// One payload that is absent, lies or fails takes nothing from the others.
record Payloads(ContentStore store, Repository repository, Deadline deadline) {
  /// The most signatures of one image that are read.
  static final int MAX_SIGNATURES = 1_000;

  /// The most bytes of payloads of one image that are read.
  static final long MAX_BYTES = 16 << 20;

  /// The signatures in `manifest`, in its order, up to the limits.
  Evidence read(SignatureManifest manifest) {
    var gaps = new ArrayList<Gap>();
    var layers = withinLimits(manifest.layers(), gaps);
    var payloads = fetchAll(layers);
    var signatures = new ArrayList<Signature>();
    for (var layer : layers) {
      switch (requireNonNull(payloads.get(layer.digest()))) {
        case Payload.Present present ->
            signatures.add(SignatureManifest.signature(layer, present.bytes()));
        case Payload.Absent absent ->
            signatures.add(
                new Signature.Malformed("expected the payload " + layer.digest() + ", got none"));
        case Payload.Failed failed -> gaps.add(failed.gap());
      }
    }
    return new Evidence(signatures, gaps);
  }

  private static List<Descriptor> withinLimits(List<Descriptor> layers, List<Gap> gaps) {
    var within = new ArrayList<Descriptor>();
    long bytes = 0;
    for (var layer : layers) {
      var isSmall = layer.size() <= SimpleSigning.MAX_BYTES;
      if (within.size() == MAX_SIGNATURES || (isSmall && bytes + layer.size() > MAX_BYTES)) {
        gaps.add(
            new Gap.Limit(
                "read the first %d of %d signatures (limits: %d signatures, %d bytes)"
                    .formatted(within.size(), layers.size(), MAX_SIGNATURES, MAX_BYTES)));
        return within;
      }
      if (isSmall) {
        bytes += layer.size();
        within.add(layer);
      } else {
        gaps.add(
            new Gap.Limit(
                "expected a payload of at most %d bytes, got %d"
                    .formatted(SimpleSigning.MAX_BYTES, layer.size())));
      }
    }
    return within;
  }

  /// What each digest among `layers` has for content. One payload, the usual case, costs no thread.
  private Map<Digest, Payload> fetchAll(List<Descriptor> layers) {
    var distinct = new LinkedHashMap<Digest, Descriptor>();
    layers.forEach(layer -> distinct.putIfAbsent(layer.digest(), layer));
    var payloads = new LinkedHashMap<Digest, Payload>();
    if (distinct.size() == 1) {
      distinct.forEach((digest, layer) -> payloads.put(digest, fetch(layer)));
      return payloads;
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new LinkedHashMap<Digest, Future<Payload>>();
      distinct.forEach((digest, layer) -> running.put(digest, threads.submit(() -> fetch(layer))));
      running.forEach((digest, payload) -> payloads.put(digest, outcome(payload)));
    }
    return payloads;
  }

  private Payload fetch(Descriptor layer) {
    try {
      return store
          .fetchBlob(repository, layer, SimpleSigning.MAX_BYTES, deadline)
          .<Payload>map(Payload.Present::new)
          .orElseGet(Payload.Absent::new);
    } catch (IOException e) {
      return new Payload.Failed(Attachments.gapOf(e));
    }
  }

  private static Payload outcome(Future<Payload> running) {
    try {
      return running.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Payload.Failed(new Gap.Fault("interrupted"));
    } catch (ExecutionException e) {
      throw new IllegalStateException("a look-up broke", e.getCause());
    }
  }

  /// What a look-up of one payload gave.
  private sealed interface Payload {
    record Present(Bytes bytes) implements Payload {}

    record Absent() implements Payload {}

    record Failed(Gap gap) implements Payload {}
  }
}
