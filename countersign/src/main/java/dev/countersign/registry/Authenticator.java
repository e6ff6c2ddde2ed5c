package dev.countersign.registry;

import dev.countersign.registry.RegistryException.Fault;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Shows credentials to registries that ask for them; what was granted is kept by repository and
/// access until it ends. Callers that want the same at the same time share one question.
final class Authenticator {
  private static final int MAX_KEPT = 4_096;
  private static final Duration BASIC_LIFE = Duration.ofMinutes(10);

  private final CredentialSource source;
  private final TokenRealm realm;
  private final Map<String, Authorization> granted = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<Authorization>> asking = new ConcurrentHashMap<>();

  Authenticator(CredentialSource source, TokenRealm realm) {
    this.source = source;
    this.realm = realm;
  }

  /// What was granted for `scope` before, if it has not ended.
  Optional<Authorization> find(Scope scope) {
    return Optional.ofNullable(granted.get(scope.key())).filter(known -> !known.end().isOver());
  }

  /// What answers the status 401 of `asker`, which is the registry itself.
  ///
  /// @param refused what had been shown to it
  Authorization answer(
      Origin asker,
      Response response,
      Scope scope,
      @Nullable Authorization refused,
      Deadline deadline)
      throws RegistryException {
    while (true) {
      var known = find(scope);
      if (known.isPresent() && !known.get().equals(refused)) {
        return known.get();
      }
      var mine = new CompletableFuture<Authorization>();
      var others = asking.putIfAbsent(scope.key(), mine);
      if (others == null) {
        return lead(mine, asker, challenges(response), scope, deadline);
      }
      var shared = follow(others, asker, deadline);
      if (shared.isPresent()) {
        return shared.get();
      }
    }
  }

  private Authorization lead(
      CompletableFuture<Authorization> mine,
      Origin asker,
      List<Challenge> challenges,
      Scope scope,
      Deadline deadline)
      throws RegistryException {
    try {
      var authorization = ask(asker, challenges, scope, deadline);
      keep(scope, authorization);
      mine.complete(authorization);
      return authorization;
    } catch (RegistryException | RuntimeException e) {
      mine.completeExceptionally(e);
      throw e;
    } finally {
      asking.remove(scope.key(), mine);
    }
  }

  /// What another caller was granted; empty if that one ran out of its own time.
  private static Optional<Authorization> follow(
      CompletableFuture<Authorization> others, Origin asker, Deadline deadline)
      throws RegistryException {
    try {
      return Optional.of(others.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RegistryException fault) {
        if (fault.fault() == Fault.LATE && !deadline.isOver()) {
          return Optional.empty();
        }
        throw new RegistryException(fault.fault(), fault.problem(), fault);
      }
      throw new AssertionError("a bug in another thread", e);
    } catch (TimeoutException e) {
      throw new RegistryException(Fault.LATE, asker + ": deadline reached, waiting for a token", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryException(Fault.LATE, asker + ": interrupted, waiting for a token", e);
    }
  }

  private Authorization ask(
      Origin asker, List<Challenge> challenges, Scope scope, Deadline deadline)
      throws RegistryException {
    var credentials = credentials(scope, deadline);
    if (credentials instanceof Credentials.RegistryToken token) {
      return new Authorization("Bearer " + token.token().reveal(), Deadline.after(BASIC_LIFE));
    }
    for (var challenge : challenges) {
      if (challenge.scheme().equals("bearer")) {
        return realm.fetch(asker, challenge, scope, credentials, deadline);
      }
    }
    boolean basic = challenges.stream().anyMatch(c -> c.scheme().equals("basic"));
    if (basic && credentials instanceof Credentials.Basic known) {
      return new Authorization(Authorization.basic(known), Deadline.after(BASIC_LIFE));
    }
    throw new RegistryException(
        Fault.UNAUTHORIZED,
        asker + " wants credentials for " + scope.repository() + ", and none that fit are known");
  }

  private Credentials credentials(Scope scope, Deadline deadline) throws RegistryException {
    try {
      return source.find(scope.repository(), deadline);
    } catch (RegistryException e) {
      throw e;
    } catch (IOException e) {
      throw new RegistryException(
          Fault.UNAUTHORIZED,
          "credentials for " + scope.repository().registry() + ": " + e.getMessage(),
          e);
    }
  }

  private void keep(Scope scope, Authorization authorization) {
    if (granted.size() >= MAX_KEPT) {
      granted.values().removeIf(old -> old.end().isOver());
    }
    if (granted.size() >= MAX_KEPT) {
      granted.clear();
    }
    granted.put(scope.key(), authorization);
  }

  private static List<Challenge> challenges(Response response) {
    var challenges = new ArrayList<Challenge>();
    response.headers("WWW-Authenticate").forEach(text -> challenges.addAll(Challenge.parse(text)));
    return challenges;
  }
}
