package dev.countersign.testkit;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;

/// A registry and a client for one test, ended after it.
class RegistryTest {
  InProcessRegistry registry;
  Client client;

  void start() throws IOException {
    start(InProcessOptions.DEFAULT);
  }

  void start(InProcessOptions options) throws IOException {
    registry = InProcessRegistry.start(options);
    client = new Client(registry);
  }

  @AfterEach
  void stop() {
    if (registry != null) {
      client.close();
      registry.close();
    }
  }
}
