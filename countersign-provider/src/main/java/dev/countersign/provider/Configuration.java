package dev.countersign.provider;

import dev.countersign.format.FormatException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/// The files that a server lives by, in force as they are now.
final class Configuration {
  private final Reloaded<Policies> policies;
  private final Reloaded<TlsMaterial> tls;
  private final Reloaded<AdminToken> token;
  private final Reloaded<RegistryTls> registryTls;
  private final SslContextFactory.Server tlsFactory;

  private Configuration(
      Reloaded<Policies> policies,
      Reloaded<TlsMaterial> tls,
      Reloaded<AdminToken> token,
      Reloaded<RegistryTls> registryTls,
      SslContextFactory.Server tlsFactory) {
    this.policies = policies;
    this.tls = tls;
    this.token = token;
    this.registryTls = registryTls;
    this.tlsFactory = tlsFactory;
  }

  /// @throws IOException if a file cannot be read
  /// @throws FormatException if one holds something else than it should
  static Configuration load(ServerConfig config, Metrics metrics)
      throws IOException, FormatException {
    var rules = Reloaded.load("policy", config.policies()::load, metrics);
    var policies = rules.usedBy(metrics::trust);
    metrics.trust(rules.get());
    var files = Reloaded.load("tls", () -> TlsMaterial.load(config.tls()), metrics);
    var factory = ServerTls.of(files.get());
    var tls = files.usedBy(material -> ServerTls.reload(factory, material));
    var token = Reloaded.load("admin-token", () -> token(config), metrics);
    var registryTls = Reloaded.load("registry-tls", config.registryTls()::load, metrics);
    var configuration = new Configuration(policies, tls, token, registryTls, factory);
    metrics.watch(configuration);
    return configuration;
  }

  private static AdminToken token(ServerConfig config) throws IOException, FormatException {
    return config.adminToken().isPresent()
        ? AdminToken.read(config.adminToken().get())
        : new AdminToken.None();
  }

  Reloaded<AdminToken> token() {
    return token;
  }

  Reloaded<Policies> policies() {
    return policies;
  }

  Reloaded<TlsMaterial> tls() {
    return tls;
  }

  Reloaded<RegistryTls> registryTls() {
    return registryTls;
  }

  SslContextFactory.Server tlsFactory() {
    return tlsFactory;
  }

  /// Reads all files again; throws nothing.
  void refresh() {
    policies.refresh();
    token.refresh();
    tls.refresh();
    registryTls.refresh();
  }

  /// What cannot be read now, by kind of file; the last good one is in force.
  Map<String, String> problems() {
    var problems = new LinkedHashMap<String, String>();
    files().forEach((what, file) -> file.problem().ifPresent(why -> problems.put(what, why)));
    return problems;
  }

  /// All that is read again, by kind of file.
  Map<String, Reloaded<?>> files() {
    var files = new LinkedHashMap<String, Reloaded<?>>();
    files.put("policy", policies);
    files.put("tls", tls);
    files.put("admin-token", token);
    files.put("registry-tls", registryTls);
    return files;
  }
}
