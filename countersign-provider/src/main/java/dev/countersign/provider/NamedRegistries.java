package dev.countersign.provider;

import dev.countersign.access.Environment;
import dev.countersign.format.Bytes;
import dev.countersign.oci.Content;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.Digest;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.Repository;
import dev.countersign.registry.AddressRule;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.registry.RemoteRegistry;
import dev.countersign.registry.TlsSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Registries as strangers name them, each reached as the policy of the moment says.
///
/// Connections, tokens and limits are each registry's own. A registry of which the policy says
/// something else than before is reached by new ones; the old ones end when nobody can be using
/// them any more. Safe for use by many threads.
public final class NamedRegistries implements ContentStore, AutoCloseable {
  private static final long RETIRED_SECONDS = 2 * Checks.LIFE.toSeconds();

  private final RegistryOptions options;
  private final TlsSource tls;
  private final Environment environment;
  private final Supplier<Policies> policies;
  private final Supplier<RegistryTls> usual;
  private final ReentrantLock changing = new ReentrantLock();
  private volatile Named named;

  /// @param options for registries that the policy does not name
  /// @param tls what is believed of TLS where neither the policy nor `usual` says more
  /// @param environment where helpers of credentials are looked for
  /// @param usual what is believed and shown where the policy says nothing or half of it
  NamedRegistries(
      RegistryOptions options,
      TlsSource tls,
      Environment environment,
      Supplier<Policies> policies,
      Supplier<RegistryTls> usual) {
    this.options = options;
    this.tls = tls;
    this.environment = environment;
    this.policies = policies;
    this.usual = usual;
    this.named = new Named(Registries.NONE, usual.get(), Map.of(), others(usual.get()));
  }

  /// Registries reached as these policies say, for commands, which ask what they are told to ask:
  /// no address is refused.
  ///
  /// @param options for registries that the policies do not name
  public static NamedRegistries of(
      Policies policies, RegistryOptions options, Environment environment) {
    return new NamedRegistries(
        options, options.connections().tls(), environment, () -> policies, () -> RegistryTls.USUAL);
  }

  /// The registries of one policy, by host, and the others.
  private record Named(
      Registries policy,
      RegistryTls usual,
      Map<String, RemoteRegistry> byHost,
      RemoteRegistry others) {
    private boolean isOf(Registries wanted, RegistryTls wantedUsual) {
      return policy.equals(wanted) && usual.equals(wantedUsual);
    }

    private Stream<RemoteRegistry> all() {
      return Stream.concat(byHost.values().stream(), Stream.of(others));
    }
  }

  private RemoteRegistry others(RegistryTls tlsNow) {
    return new RemoteRegistry(options.withConnections(options.connections().withTls(tls(tlsNow))));
  }

  private TlsSource tls(RegistryTls wanted) {
    return wanted.equals(RegistryTls.USUAL)
        ? options.connections().tls()
        : wanted.over(tls, environment);
  }

  private ContentStore of(Repository repository) {
    var host = Repository.reachedHost(repository.registry());
    var wanted = policies.get().registries();
    var tlsNow = usual.get();
    var now = named;
    var current = now.isOf(wanted, tlsNow) ? now : change(wanted, tlsNow);
    return current.byHost().getOrDefault(host, current.others());
  }

  private Named change(Registries wanted, RegistryTls tlsNow) {
    changing.lock();
    try {
      var old = named;
      if (old.isOf(wanted, tlsNow)) {
        return old;
      }
      var sameTls = old.usual().equals(tlsNow);
      var fresh = new HashMap<String, RemoteRegistry>();
      var sameNames = old.byHost().keySet().equals(wanted.byHost().keySet());
      wanted
          .byHost()
          .forEach((host, settings) -> {
            var kept = old.byHost().get(host);
            var isSame = sameTls && sameNames && settings.equals(old.policy().byHost().get(host));
            fresh.put(
                host,
                kept != null && isSame
                    ? kept
                    : new RemoteRegistry(
                        options(settings, tlsNow, authorities(wanted.byHost().keySet()))));
          });
      var next =
          new Named(wanted, tlsNow, Map.copyOf(fresh), sameTls ? old.others() : others(tlsNow));
      var kept = next.all().collect(Collectors.toSet());
      old.all().filter(registry -> !kept.contains(registry)).forEach(NamedRegistries::retire);
      named = next;
      return next;
    } finally {
      changing.unlock();
    }
  }

  /// The hosts as addresses are judged: without the port that is the scheme's own.
  private static Set<String> authorities(Set<String> hosts) {
    return hosts.stream()
        .flatMap(host -> Stream.of(host, host.replaceFirst(":80$", "")))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static void retire(RemoteRegistry registry) {
    CompletableFuture.delayedExecutor(RETIRED_SECONDS, TimeUnit.SECONDS).execute(registry::close);
  }

  private RegistryOptions options(
      RegistrySettings settings, RegistryTls tlsNow, Set<String> names) {
    var connections = options.connections();
    var rule =
        switch (connections.addresses()) {
          case AddressRule.Any any -> any;
          case AddressRule.Strangers strangers ->
              new AddressRule.Strangers(strangers.loopback(), names);
        };
    return options
        .withConnections(
            connections
                .withTls(tls(settings.tls().orElse(tlsNow)))
                .withAddresses(rule)
                .withPlainHttp(settings.plainHttp())
                .withPerHost(settings.concurrency().orElse(connections.perHost())))
        .withCredentials(
            settings
                .credentials()
                .map(credentials -> credentials.source(environment))
                .orElse(options.credentials()));
  }

  @Override
  public Optional<Digested> resolve(ImageReference image, Deadline deadline) throws IOException {
    return of(image.repository()).resolve(image, deadline);
  }

  @Override
  public Optional<Fetched> fetchManifest(ImageReference image, Deadline deadline)
      throws IOException {
    return of(image.repository()).fetchManifest(image, deadline);
  }

  @Override
  public Optional<Referrers> fetchReferrers(Digested image, Deadline deadline) throws IOException {
    return of(image.repository()).fetchReferrers(image, deadline);
  }

  @Override
  public Optional<Bytes> fetchBlob(
      Repository repository, Descriptor blob, int limitBytes, Deadline deadline)
      throws IOException {
    return of(repository).fetchBlob(repository, blob, limitBytes, deadline);
  }

  @Override
  public boolean hasBlob(Repository repository, Digest blob, Deadline deadline) throws IOException {
    return of(repository).hasBlob(repository, blob, deadline);
  }

  @Override
  public void pushBlob(Repository repository, Bytes blob, Deadline deadline) throws IOException {
    of(repository).pushBlob(repository, blob, deadline);
  }

  @Override
  public boolean readBlob(
      Repository repository, Descriptor blob, BlobReader reader, Deadline deadline)
      throws IOException {
    return of(repository).readBlob(repository, blob, reader, deadline);
  }

  @Override
  public void pushBlob(
      Repository repository, Descriptor blob, InputStream content, Deadline deadline)
      throws IOException {
    of(repository).pushBlob(repository, blob, content, deadline);
  }

  @Override
  public boolean mountBlob(Repository repository, Digest blob, Repository from, Deadline deadline)
      throws IOException {
    return of(repository).mountBlob(repository, blob, from, deadline);
  }

  @Override
  public void pushManifest(
      ImageReference target, Content manifest, Precondition condition, Deadline deadline)
      throws IOException {
    of(target.repository()).pushManifest(target, manifest, condition, deadline);
  }

  @Override
  public boolean deleteManifest(ImageReference target, Deadline deadline) throws IOException {
    return of(target.repository()).deleteManifest(target, deadline);
  }

  @Override
  public void close() {
    named.all().forEach(RemoteRegistry::close);
  }
}
