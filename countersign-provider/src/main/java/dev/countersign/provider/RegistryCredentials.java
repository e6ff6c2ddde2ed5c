package dev.countersign.provider;

import dev.countersign.access.DockerConfig;
import dev.countersign.access.Environment;
import dev.countersign.access.HelperCredentials;
import dev.countersign.registry.CredentialSource;
import java.nio.file.Path;

/// Where the credentials of one registry lie. They are read when the registry asks for them, so
/// that a rotated Secret takes effect.
public sealed interface RegistryCredentials {
  /// A folder with the files `username` and `password`, as a Secret is mounted.
  record Folder(Path path) implements RegistryCredentials {}

  /// Docker's `config.json`, or a Secret's `.dockerconfigjson`.
  record DockerFile(Path path) implements RegistryCredentials {}

  /// The program `docker-credential-<name>`.
  record Program(String name) implements RegistryCredentials {}

  /// What reads them.
  ///
  /// @param environment where helpers are looked for
  default CredentialSource source(Environment environment) {
    return switch (this) {
      case Folder(var path) -> (repository, deadline) -> RegistrySecret.read(path);
      case DockerFile(var path) -> DockerConfig.of(path, environment);
      case Program(var name) -> new HelperCredentials(name, environment);
    };
  }
}
