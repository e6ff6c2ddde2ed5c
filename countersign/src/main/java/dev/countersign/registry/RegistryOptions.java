package dev.countersign.registry;

/// How a [RemoteRegistry] reaches its registries.
public record RegistryOptions(Connections connections, CredentialSource credentials, Retry retry) {
  /// No credentials, [Connections#DEFAULT], [Retry#DEFAULT].
  public static final RegistryOptions DEFAULT =
      new RegistryOptions(Connections.DEFAULT, CredentialSource.ANONYMOUS, Retry.DEFAULT);

  /// The same with other connections.
  public RegistryOptions withConnections(Connections newConnections) {
    return new RegistryOptions(newConnections, credentials, retry);
  }

  /// The same with other credentials.
  public RegistryOptions withCredentials(CredentialSource newCredentials) {
    return new RegistryOptions(connections, newCredentials, retry);
  }

  /// The same with another way to retry.
  public RegistryOptions withRetry(Retry newRetry) {
    return new RegistryOptions(connections, credentials, newRetry);
  }
}
