package dev.countersign.registry;

import dev.countersign.registry.RegistryException.Fault;
import java.util.Optional;

/// Hears how each exchange over the network ended, for those who count them.
///
/// Called by many threads; must not block and must throw nothing.
@FunctionalInterface
public interface RegistryListener {
  /// Hears and forgets.
  RegistryListener NONE = (host, end) -> {};

  /// One exchange with `host` ended.
  ///
  /// @param host asked, with its port where that is not the scheme's own: a registry, a token realm
  ///   that it names, or where it sent us to; strangers choose it
  void ended(String host, End end);

  /// How an exchange ended.
  sealed interface End {
    /// With an answer.
    ///
    /// @param status as the host says
    /// @param room what the host says that it will still take
    record Answered(int status, Optional<RateLimit> room) implements End {}

    /// Without one.
    record Failed(Fault fault) implements End {}
  }

  /// How much a host takes before it turns us away, as Docker Hub
  /// [tells](https://docs.docker.com/docker-hub/usage/pulls/) it: `RateLimit-Limit: 100;w=21600`.
  ///
  /// @param limit in one window of time
  /// @param remaining of it
  record RateLimit(long limit, long remaining) {
    private static final int MAX_DIGITS = 12;

    static Optional<RateLimit> of(Response response) {
      var limit = number(response, "RateLimit-Limit");
      var remaining = number(response, "RateLimit-Remaining");
      return remaining.map(left -> new RateLimit(limit.orElse(left), left));
    }

    private static Optional<Long> number(Response response, String header) {
      return response
          .header(header)
          .map(text -> text.split("[;,]", 2)[0].strip())
          .filter(text -> text.length() <= MAX_DIGITS && text.matches("[0-9]+"))
          .map(Long::valueOf);
    }
  }
}
