package dev.countersign.registry;

import dev.countersign.oci.Repository;
import java.io.IOException;

/// Where credentials come from. Asked only when a registry wants some; must be safe for use by many
/// threads.
@FunctionalInterface
public interface CredentialSource {
  /// A source that has none.
  CredentialSource ANONYMOUS = (repository, deadline) -> new Credentials.Anonymous();

  /// The credentials for `repository`, by exact host and port.
  ///
  /// @throws IOException if they could not be read; its message holds none of them
  Credentials find(Repository repository, Deadline deadline) throws IOException;
}
