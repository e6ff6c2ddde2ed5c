package dev.countersign.registry;

/// How a [RemoteRegistry] reaches its registries.
///
/// @param circuits of the registries; shared by all clients that are given the same
/// @param listener hears of each exchange
public record RegistryOptions(
    Connections connections,
    CredentialSource credentials,
    Retry retry,
    Circuits circuits,
    RegistryListener listener) {
  /// No credentials, [Connections#DEFAULT], [Retry#DEFAULT], no circuits, and nobody who listens.
  public static final RegistryOptions DEFAULT =
      new RegistryOptions(
          Connections.DEFAULT,
          CredentialSource.ANONYMOUS,
          Retry.DEFAULT,
          Circuits.none(),
          RegistryListener.NONE);

  /// The same with other connections.
  public RegistryOptions withConnections(Connections newConnections) {
    return new RegistryOptions(newConnections, credentials, retry, circuits, listener);
  }

  /// The same with other credentials.
  public RegistryOptions withCredentials(CredentialSource newCredentials) {
    return new RegistryOptions(connections, newCredentials, retry, circuits, listener);
  }

  /// The same with another way to retry.
  public RegistryOptions withRetry(Retry newRetry) {
    return new RegistryOptions(connections, credentials, newRetry, circuits, listener);
  }

  /// The same with other circuits.
  public RegistryOptions withCircuits(Circuits newCircuits) {
    return new RegistryOptions(connections, credentials, retry, newCircuits, listener);
  }

  /// The same with another listener.
  public RegistryOptions withListener(RegistryListener newListener) {
    return new RegistryOptions(connections, credentials, retry, circuits, newListener);
  }
}
