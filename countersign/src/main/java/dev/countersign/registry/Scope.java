package dev.countersign.registry;

import dev.countersign.oci.Repository;

/// What one wants to do where ([token
/// scope](https://distribution.github.io/distribution/spec/auth/scope/)).
record Scope(Repository repository, Access access) {
  @Override
  public String toString() {
    return "repository:" + repository.path() + ':' + access.text;
  }

  /// What grants are kept by; a text for the reason that [Route#key] gives.
  String key() {
    return repository.registry() + ' ' + this;
  }

  /// What is done with a repository.
  enum Access {
    PULL("pull"),
    PUSH("pull,push");

    private final String text;

    Access(String text) {
      this.text = text;
    }
  }
}
