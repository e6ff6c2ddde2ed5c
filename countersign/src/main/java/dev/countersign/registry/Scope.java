package dev.countersign.registry;

import dev.countersign.oci.Repository;
import java.util.List;

/// What one wants to do where ([token
/// scope](https://distribution.github.io/distribution/spec/auth/scope/)).
///
/// @param others repositories of the same registry that are read besides
record Scope(Repository repository, Access access, List<Repository> others) {
  Scope(Repository repository, Access access) {
    this(repository, access, List.of());
  }

  @Override
  public String toString() {
    var text = new StringBuilder("repository:" + repository.path() + ':' + access.text);
    others.forEach(
        other -> text.append(" repository:").append(other.path()).append(':').append("pull"));
    return text.toString();
  }

  /// What grants are kept by; a text for the reason that [Route#key] gives.
  String key() {
    return repository.registry() + ' ' + this;
  }

  /// What is done with a repository.
  enum Access {
    PULL("pull"),
    PUSH("pull,push"),
    DELETE("delete");

    private final String text;

    Access(String text) {
      this.text = text;
    }
  }
}
