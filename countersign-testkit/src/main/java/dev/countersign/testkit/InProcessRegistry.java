package dev.countersign.testkit;

import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// A registry of OCI distribution 1.1 in this process, on loopback, on a free port.
///
/// Everything is kept in memory and gone when it is closed. Safe for many threads.
public final class InProcessRegistry implements AutoCloseable {
  private final Store store;
  private final Hooks hooks = new Hooks();
  private final Faults faults = new Faults();
  private final RequestLog log = new RequestLog();
  private final Closing closing = new Closing();
  private final AccessControl access;
  private final List<Listener> listeners = new ArrayList<>();
  private final Transport transport;

  private InProcessRegistry(InProcessOptions options) throws IOException {
    var budget = new Budget(options.maxBytes());
    store = new Store(budget);
    transport = options.transport();
    access = new AccessControl(options.auth(), options.quirks());
    var routes = new Routes(options, store, budget, hooks, access);
    open(options, new Reception(routes, faults, log, closing));
  }

  public static InProcessRegistry start() throws IOException {
    return start(InProcessOptions.DEFAULT);
  }

  public static InProcessRegistry start(InProcessOptions options) throws IOException {
    return new InProcessRegistry(options);
  }

  private void open(InProcessOptions options, Reception reception) throws IOException {
    listeners.add(Listener.open("127.0.0.1", 0, transport, reception));
    if (options.quirks().contains(Quirk.ALSO_IPV6)) {
      openSixth(reception);
    }
    if (options.auth() instanceof Auth.Bearer bearer) {
      access.setRealm(realm(bearer.realm(), reception));
    }
  }

  /// Takes the same port at `::1`, or another pair of ports when it is not free there.
  private void openSixth(Reception reception) throws IOException {
    for (var attempt = 1; ; attempt++) {
      try {
        listeners.add(Listener.open("::1", port(), transport, reception));
        return;
      } catch (BindException e) {
        if (attempt == 10) {
          throw e;
        }
        listeners.removeFirst().close();
        listeners.add(Listener.open("127.0.0.1", 0, transport, reception));
      }
    }
  }

  private URI realm(Auth.Realm realm, Reception reception) throws IOException {
    return switch (realm) {
      case Auth.Realm.SameServer _ -> uri().resolve("/token");
      case Auth.Realm.At at -> at.uri();
      case Auth.Realm.OtherServer _ -> {
        var other = Listener.open("127.0.0.1", 0, transport, reception);
        listeners.add(other);
        yield URI.create(scheme() + "://localhost:" + other.port() + "/token");
      }
    };
  }

  /// The registry's part of an image reference, such as `127.0.0.1:41234`.
  public String hostAndPort() {
    return "127.0.0.1:" + port();
  }

  public int port() {
    return listeners.getFirst().port();
  }

  /// The registry's address, ending in a slash.
  public URI uri() {
    return URI.create(scheme() + "://" + hostAndPort() + '/');
  }

  private String scheme() {
    return switch (transport) {
      case Transport.PlainHttp _ -> "http";
      case Transport.Https _ -> "https";
    };
  }

  /// Lets the next request that is like this fail. Of several faults the one added first goes
  /// first.
  public void failNext(Predicate<Request> when, Fault fault) {
    failNext(1, when, fault);
  }

  public void failNext(int times, Predicate<Request> when, Fault fault) {
    faults.add(when, fault, times);
  }

  /// Lets all requests that are like this fail, until [#heal()].
  public void failAll(Predicate<Request> when, Fault fault) {
    faults.add(when, fault, Integer.MAX_VALUE);
  }

  /// Forgets all faults that have not happened yet.
  public void heal() {
    faults.clear();
  }

  /// Runs `hook` after each manifest that was asked to be pushed over HTTP is parsed and before it
  /// is kept; for a writer that comes first. The request waits for it.
  public void beforeManifestPut(Runnable hook) {
    hooks.setBeforeManifestPut(hook);
  }

  /// Runs `hook` after each manifest that was pushed over HTTP is kept and before this is answered;
  /// for a writer that comes between a push and the next read.
  public void afterManifestPut(Runnable hook) {
    hooks.setAfterManifestPut(hook);
  }

  /// The requests so far in the order they were answered, the newest 20,000 of them.
  public List<LoggedRequest> requests() {
    return log.all();
  }

  public void forgetRequests() {
    log.clear();
  }

  /// The token that [Auth.Bearer] takes for a password (OAuth2's refresh token).
  public String identityToken() {
    return access.identityToken();
  }

  /// Ends all tokens issued so far, as time would.
  public void expireTokens() {
    access.expireTokens();
  }

  /// Keeps a blob and returns its digest.
  public String putBlob(String repository, byte[] content) {
    var digest = ContentDigest.sha256(content);
    try {
      store.putBlob(repository, digest, content.clone());
    } catch (Refusal e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
    return digest;
  }

  public Optional<byte[]> blob(String repository, String digest) {
    return store.blob(repository, digest).map(byte[]::clone);
  }

  /// Keeps a manifest at a tag or at its digest, whatever it refers to and even if it is none, and
  /// returns its digest.
  public String putManifest(String repository, String reference, String mediaType, byte[] content) {
    try {
      var digest = ContentDigest.like(reference, content);
      var fields = ManifestFields.parseOrNone(content, mediaType);
      var manifest = new StoredManifest(digest, mediaType, content.clone(), fields);
      store.putManifest(repository, reference, manifest, _ -> {});
      return digest;
    } catch (Refusal e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /// The bytes of a manifest by tag or digest.
  public Optional<byte[]> manifest(String repository, String reference) {
    return store.manifest(repository, reference).map(manifest -> manifest.content().clone());
  }

  /// The digest of a manifest by tag or digest.
  public Optional<String> digest(String repository, String reference) {
    return store.manifest(repository, reference).map(StoredManifest::digest);
  }

  /// The tags of a repository in lexical order, empty when there is no such repository.
  public List<String> tags(String repository) {
    return store.tags(repository);
  }

  /// Removes a tag; false when there was none.
  public boolean deleteTag(String repository, String tag) {
    return store.deleteTag(repository, tag);
  }

  /// Removes a manifest and the tags on it; false when there was none.
  public boolean deleteManifest(String repository, String digest) {
    return store.deleteManifest(repository, digest);
  }

  @Override
  public void close() {
    closing.close();
    listeners.forEach(Listener::close);
  }
}
