package dev.countersign.provider;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.ImageReference.Tagged;
import dev.countersign.policy.Gathered;
import dev.countersign.provider.Judge.Question;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Signature;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What registries told about images by digest, with its age; never a verdict.
///
/// Evidence is judged anew each time, so that a changed policy or key counts at once; how old it
/// may be depends on whether it suffices. What is incomplete is not kept. Bounded in entries and
/// bytes. Safe for use by many threads.
final class Memory {
  private static final int MAX_BYTES = 24 << 20;
  private static final int BYTES_PER_ENTRY = 1_024;
  private static final int MAX_TAGS = 10_000;

  private final Cache<Question, Kept> kept =
      Caffeine.newBuilder()
          .maximumWeight(Heap.share(6, MAX_BYTES))
          .weigher((Question question, Kept value) -> value.bytes())
          .expireAfterWrite(Remember.LONGEST)
          .executor(Runnable::run)
          .build();
  private final Cache<Tagged, Named> tags =
      Caffeine.newBuilder()
          .maximumSize(MAX_TAGS)
          .expireAfterWrite(Remember.LONGEST)
          .executor(Runnable::run)
          .build();
  private final Metrics metrics;

  Memory(Metrics metrics) {
    this.metrics = metrics;
    metrics.watch(this);
  }

  /// Evidence and the time it came.
  ///
  /// @param since of [System#nanoTime]
  record Kept(Gathered.Found found, int bytes, long since) {
    private boolean isYounger(Duration time) {
      return isWithin(time, since);
    }
  }

  /// What a tag named, and the time it did.
  ///
  /// @param since of [System#nanoTime]
  private record Named(Digested image, long since) {}

  private static boolean isWithin(Duration time, long since) {
    return System.nanoTime() - since < time.toNanos();
  }

  /// The image by digest that `image` is; empty if it is a tag of which that is not known or known
  /// for too long.
  Optional<Digested> resolve(ImageReference image, Remember times) {
    return switch (image) {
      case Digested digested -> Optional.of(digested);
      case Tagged tagged ->
          Optional.ofNullable(tags.getIfPresent(tagged))
              .filter(named -> isWithin(times.tags(), named.since()))
              .map(Named::image);
    };
  }

  /// What makes a verdict of evidence.
  interface Judgement {
    Judged of(Gathered.Found found);
  }

  /// What is kept and the verdict on it.
  record Remembered(Gathered.Found found, Judged judged) {}

  /// What is kept, and the verdict on it; empty if nothing is, or if it is too old for this
  /// verdict.
  Optional<Remembered> judge(Question question, Remember times, Judgement judgement) {
    var known = kept.getIfPresent(question);
    if (known == null) {
      metrics.remembered("miss");
      return Optional.empty();
    }
    var judged = judgement.of(known.found());
    var time =
        switch (judged.verdict()) {
          case Verdict.Proven _ -> times.evidence();
          case Verdict.Refused _, Verdict.Unknown _, Verdict.Exempt _ -> times.noSignature();
        };
    if (!known.isYounger(time)) {
      metrics.remembered("stale");
      return Optional.empty();
    }
    metrics.remembered("hit");
    return Optional.of(new Remembered(known.found(), judged));
  }

  /// Whether this tag named something lately.
  boolean knows(Tagged tag) {
    return tags.getIfPresent(tag) != null;
  }

  /// Keeps what was gathered, if it is whole.
  void keep(Question question, Gathered gathered) {
    if (question.image() instanceof Tagged tagged && gathered instanceof Gathered.Found found) {
      tags.put(tagged, new Named(found.image(), System.nanoTime()));
    }
    if (gathered instanceof Gathered.Found found && found.gaps().isEmpty()) {
      kept.put(question.of(found.image()), new Kept(found, bytes(found), System.nanoTime()));
    }
  }

  /// The number of images that are known.
  long size() {
    return kept.estimatedSize();
  }

  /// About how many bytes are kept.
  long bytes() {
    return kept.policy().eviction().map(it -> it.weightedSize().orElse(0)).orElse(0L);
  }

  private static int bytes(Gathered.Found found) {
    long bytes = BYTES_PER_ENTRY;
    for (var evidence : List.of(found.signatures(), found.attestations())) {
      for (var signature : evidence.signatures()) {
        bytes += BYTES_PER_ENTRY + payload(signature);
      }
    }
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }

  private static int payload(Signature signature) {
    return switch (signature) {
      case Signature.Simple simple -> simple.sealed().unverifiedPayload().size();
      case Signature.Attested attested -> attested.envelope().unverifiedPayload().size();
      case Signature.Malformed malformed -> malformed.problem().length();
      case Signature.Bundled bundled ->
          switch (bundled.bundle().content()) {
            case Bundle.Content.Message _ -> 0;
            case Bundle.Content.Enveloped(var envelope) -> envelope.unverifiedPayload().size();
          };
    };
  }
}
