package dev.countersign.registry;

/// What one shows to a registry to be let in.
public sealed interface Credentials {
  /// Nothing.
  record Anonymous() implements Credentials {}

  /// A name and a password.
  record Basic(String user, Secret password) implements Credentials {
    @Override
    public String toString() {
      return "Basic[redacted]";
    }
  }

  /// A refresh token, which the token realm gives access tokens for
  /// ([OAuth2](https://distribution.github.io/distribution/spec/auth/oauth/)).
  record IdentityToken(Secret token) implements Credentials {}

  /// A bearer token that is shown to the registry itself.
  record RegistryToken(Secret token) implements Credentials {}
}
