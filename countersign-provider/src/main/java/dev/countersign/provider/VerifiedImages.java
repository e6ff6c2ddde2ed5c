package dev.countersign.provider;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.policy.Decision;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Which images were proven by whom in the last while: what would be refused if a key went away.
///
/// Gatekeeper's audit asks about everything that runs, again and again, so the images of the last
/// hour are those that run. Bounded. Safe for use by many threads.
final class VerifiedImages {
  /// How long an image counts after it was proven last.
  static final Duration WHILE = Duration.ofHours(1);

  /// The most that are known, of all authorities together; then the oldest go.
  static final int MAX = 20_000;

  private final Cache<Proof, Boolean> proofs =
      Caffeine.newBuilder()
          .maximumSize(MAX)
          .expireAfterWrite(WHILE)
          .executor(Runnable::run)
          .build();

  /// One image and one of those who proved it.
  private record Proof(String authority, String image) {}

  /// An image was proven.
  void add(Decision.Allowed allowed) {
    for (var proof : allowed.proofs()) {
      add(proof.authority().name(), allowed.image());
    }
  }

  private void add(String authority, Digested image) {
    proofs.put(new Proof(authority, image.toString()), true);
  }

  /// The images that each of `authorities` proved, in alphabetical order.
  Map<String, SortedSet<String>> by(Collection<String> authorities) {
    var images = new TreeMap<String, SortedSet<String>>();
    authorities.forEach(name -> images.put(name, new TreeSet<>()));
    for (var proof : proofs.asMap().keySet()) {
      var own = images.get(proof.authority());
      if (own != null) {
        own.add(proof.image());
      }
    }
    return images;
  }
}
