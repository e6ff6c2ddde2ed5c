package dev.countersign.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// The tokens that were issued and what each is good for. Safe for many threads.
final class Tokens {
  private static final int MOST = 10_000;

  private final Map<String, Grant> grants = new ConcurrentHashMap<>();

  private record Grant(List<Scope> scopes, Instant end) {}

  String issue(List<Scope> scopes, Duration life) throws Refusal {
    if (grants.size() >= MOST) {
      throw new Refusal(ErrorCode.TOOMANYREQUESTS, "too many tokens were issued");
    }
    var token = "token-" + UUID.randomUUID();
    grants.put(token, new Grant(List.copyOf(scopes), Instant.now().plus(life)));
    return token;
  }

  /// What a token is good for, empty when it was never issued or has expired.
  Optional<List<Scope>> scopes(String token) {
    return Optional.ofNullable(grants.get(token))
        .filter(grant -> Instant.now().isBefore(grant.end))
        .map(Grant::scopes);
  }

  void expireAll() {
    grants.clear();
  }
}
