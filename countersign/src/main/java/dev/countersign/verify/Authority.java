package dev.countersign.verify;

import dev.countersign.key.PublicKey;
import java.time.Instant;

/// One whose signature counts.
public sealed interface Authority {
  /// How people call it: a name in a policy, or the key's file.
  String name();

  /// When its word counts.
  Validity validity();

  /// The holder of the private half of a key.
  record Key(String name, PublicKey key, Validity validity) implements Authority {
    /// One whose word always counts.
    public Key(String name, PublicKey key) {
      this(name, key, Validity.ALWAYS);
    }
  }

  /// A time, its ends included.
  record Validity(Instant from, Instant until) {
    /// At any time.
    public static final Validity ALWAYS = new Validity(Instant.MIN, Instant.MAX);

    public Validity {
      if (until.isBefore(from)) {
        throw new IllegalArgumentException("it ends before it begins");
      }
    }

    /// Whether `now` is within it.
    public boolean contains(Instant now) {
      return !now.isBefore(from) && !now.isAfter(until);
    }

    /// One phrase for people.
    @Override
    public String toString() {
      if (from.equals(Instant.MIN)) {
        return until.equals(Instant.MAX) ? "always" : "until " + until;
      }
      return "from " + from + (until.equals(Instant.MAX) ? "" : " until " + until);
    }
  }
}
