package dev.countersign.access;

import dev.countersign.oci.Repository;
import dev.countersign.registry.CredentialSource;
import dev.countersign.registry.Credentials;
import dev.countersign.registry.Deadline;
import java.io.IOException;

/// The credentials that the program `docker-credential-<name>` knows, which is asked each time.
public final class HelperCredentials implements CredentialSource {
  private final String name;
  private final HelperProgram program;

  /// @param environment where the program is looked for, and what it sees
  public HelperCredentials(String name, Environment environment) {
    this.name = name;
    this.program = new HelperProgram(environment);
  }

  /// @throws IOException if it is not there, fails or does not answer in time
  @Override
  public Credentials find(Repository repository, Deadline deadline) throws IOException {
    return program
        .get(name, RegistryKey.forHelper(repository), deadline)
        .orElseGet(Credentials.Anonymous::new);
  }
}
