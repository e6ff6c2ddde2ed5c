package dev.countersign.registry;

import dev.countersign.registry.ProxyRules.Proxy;
import org.jspecify.annotations.Nullable;

/// The way to an origin: directly, or through a proxy.
record Route(Origin origin, @Nullable Proxy proxy) {
  /// What connections are kept by. A text, since the JVM links the hash of a record anew in each
  /// run, which no AOT cache holds: a fifth of the processor time of a command with one question.
  String key() {
    return proxy == null ? origin.toString() : origin + " through " + proxy.origin();
  }

  /// Whether requests name the whole URL, since a proxy reads them.
  boolean namesWholeUrl() {
    return proxy != null && origin.scheme() == Scheme.HTTP;
  }
}
