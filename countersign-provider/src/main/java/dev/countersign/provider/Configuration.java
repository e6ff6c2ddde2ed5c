package dev.countersign.provider;

import dev.countersign.format.FormatException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The files that a server lives by, in force as they are now.
final class Configuration {
  private static final Logger LOG = LoggerFactory.getLogger("countersign.provider");

  private final Reloaded<Policies> policies;
  private final Reloaded<TlsMaterial> tls;
  private final Reloaded<AdminToken> token;
  private final SslContextFactory.Server tlsFactory;

  private Configuration(
      Reloaded<Policies> policies,
      Reloaded<TlsMaterial> tls,
      Reloaded<AdminToken> token,
      SslContextFactory.Server tlsFactory) {
    this.policies = policies;
    this.tls = tls;
    this.token = token;
    this.tlsFactory = tlsFactory;
  }

  /// @throws IOException if a file cannot be read
  /// @throws FormatException if one holds something else than it should
  static Configuration load(ServerConfig config, Metrics metrics)
      throws IOException, FormatException {
    var tls = Reloaded.load("tls", () -> TlsMaterial.load(config.tls()), metrics);
    var policies = Reloaded.load("policy", config.policies()::load, metrics);
    var token = Reloaded.load("admin-token", () -> token(config), metrics);
    return new Configuration(policies, tls, token, ServerTls.of(tls.get()));
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

  SslContextFactory.Server tlsFactory() {
    return tlsFactory;
  }

  /// Reads all files again. Throws nothing: it runs where nobody would hear it.
  void refresh() {
    policies.refresh();
    token.refresh();
    if (tls.refresh()) {
      try {
        ServerTls.reload(tlsFactory, tls.get());
      } catch (IOException e) {
        LOG.error("the new certificates are not in force", e);
      }
    }
  }

  /// What cannot be read now, by kind of file; the last good one is in force.
  Map<String, String> problems() {
    var problems = new LinkedHashMap<String, String>();
    policies.problem().ifPresent(why -> problems.put("policy", why));
    tls.problem().ifPresent(why -> problems.put("tls", why));
    token.problem().ifPresent(why -> problems.put("admin-token", why));
    return problems;
  }
}
