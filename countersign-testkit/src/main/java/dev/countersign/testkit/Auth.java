package dev.countersign.testkit;

import java.net.URI;
import java.time.Duration;

/// Who may use a registry. There is at most one user, who may do everything.
public sealed interface Auth {
  /// Anyone may do anything.
  record None() implements Auth {}

  /// HTTP basic authentication.
  record Basic(String user, String password) implements Auth {
    @Override
    public String toString() {
      return "Basic[" + user + ", redacted]";
    }
  }

  /// Docker's token authentication: a challenge names the realm, which gives tokens for a scope.
  ///
  /// @param life of a token; see also [InProcessRegistry#expireTokens()]
  record Bearer(String user, String password, Duration life, Realm realm, Anonymous anonymous)
      implements Auth {
    /// Tokens of five minutes from the registry itself, to the user only.
    public Bearer(String user, String password) {
      this(user, password, Duration.ofMinutes(5), new Realm.SameServer(), Anonymous.REFUSED);
    }

    public Bearer withRealm(Realm newRealm) {
      return new Bearer(user, password, life, newRealm, anonymous);
    }

    public Bearer withAnonymous(Anonymous newAnonymous) {
      return new Bearer(user, password, life, realm, newAnonymous);
    }

    public Bearer withLife(Duration newLife) {
      return new Bearer(user, password, newLife, realm, anonymous);
    }

    @Override
    public String toString() {
      return "Bearer[" + user + ", redacted]";
    }
  }

  /// What those without a password get from the token end point.
  enum Anonymous {
    REFUSED,
    MAY_PULL
  }

  /// Where the challenge sends clients for a token.
  sealed interface Realm {
    /// `/token` on the registry's own port.
    record SameServer() implements Realm {}

    /// `/token` on another port, under the host name `localhost`.
    record OtherServer() implements Realm {}

    /// Any address, also one where nobody answers.
    record At(URI uri) implements Realm {}
  }
}
