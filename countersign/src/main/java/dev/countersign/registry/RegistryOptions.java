package dev.countersign.registry;

/// How a [RemoteRegistry] reaches its registries.
///
/// @param listener hears of each exchange
public record RegistryOptions(
    Connections connections, CredentialSource credentials, Retry retry, RegistryListener listener) {
  /// No credentials, [Connections#DEFAULT], [Retry#DEFAULT], and nobody who listens.
  public static final RegistryOptions DEFAULT =
      new RegistryOptions(
          Connections.DEFAULT, CredentialSource.ANONYMOUS, Retry.DEFAULT, RegistryListener.NONE);

  /// The same with other connections.
  public RegistryOptions withConnections(Connections newConnections) {
    return new RegistryOptions(newConnections, credentials, retry, listener);
  }

  /// The same with other credentials.
  public RegistryOptions withCredentials(CredentialSource newCredentials) {
    return new RegistryOptions(connections, newCredentials, retry, listener);
  }

  /// The same with another way to retry.
  public RegistryOptions withRetry(Retry newRetry) {
    return new RegistryOptions(connections, credentials, newRetry, listener);
  }

  /// The same with another listener.
  public RegistryOptions withListener(RegistryListener newListener) {
    return new RegistryOptions(connections, credentials, retry, newListener);
  }
}
