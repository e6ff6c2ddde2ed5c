package dev.countersign.verify;

import dev.countersign.key.PublicKey;
import dev.countersign.trust.Validity;
import java.util.Optional;

/// One whose signature counts.
public sealed interface Authority {
  /// How people call it: a name in a policy, or the key's file.
  String name();

  /// When its word counts.
  Validity validity();

  /// The holder of the private half of a key.
  ///
  /// @param witnessing empty if nobody else need have seen its signatures; log entries that come
  ///   with them are then compared, and not verified
  record Key(String name, PublicKey key, Validity validity, Optional<Witnessing> witnessing)
      implements Authority {
    /// One whose word counts in that time.
    public Key(String name, PublicKey key, Validity validity) {
      this(name, key, validity, Optional.empty());
    }

    /// One whose word always counts.
    public Key(String name, PublicKey key) {
      this(name, key, Validity.ALWAYS);
    }
  }

  /// Whoever was given a certificate as that identity by an authority that is trusted.
  record Keyless(String name, IdentityMatch identity, Validity validity, Witnessing witnessing)
      implements Authority {
    /// One whose word always counts.
    public Keyless(String name, IdentityMatch identity, Witnessing witnessing) {
      this(name, identity, Validity.ALWAYS, witnessing);
    }
  }
}
