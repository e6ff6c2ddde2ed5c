package dev.countersign.registry;

import dev.countersign.format.FormatException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which proxy stands before which host, as Go's
/// [httpproxy](https://pkg.go.dev/golang.org/x/net/http/httpproxy) decides it. Loopback is never
/// behind one.
public final class ProxyRules {
  /// No proxy for anybody.
  public static final ProxyRules NONE = new ProxyRules(null, null, List.of());

  private final @Nullable Proxy http;
  private final @Nullable Proxy https;
  private final List<NoProxyRule> exceptions;

  private ProxyRules(@Nullable Proxy http, @Nullable Proxy https, List<NoProxyRule> exceptions) {
    this.http = http;
    this.https = https;
    this.exceptions = exceptions;
  }

  /// Reads the values of `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`; an empty text is none.
  ///
  /// @throws FormatException if a proxy is no `http` or `https` URL; the message does not hold it
  public static ProxyRules parse(String httpProxy, String httpsProxy, String noProxy)
      throws FormatException {
    var exceptions = new ArrayList<NoProxyRule>();
    for (var entry : noProxy.split(",", -1)) {
      NoProxyRule.parse(entry.strip().toLowerCase(Locale.ROOT)).ifPresent(exceptions::add);
    }
    return new ProxyRules(
        Proxy.parse("HTTP_PROXY", httpProxy),
        Proxy.parse("HTTPS_PROXY", httpsProxy),
        List.copyOf(exceptions));
  }

  Optional<Proxy> find(Origin origin) {
    if (origin.isLoopback() || exceptions.stream().anyMatch(rule -> rule.matches(origin))) {
      return Optional.empty();
    }
    return Optional.ofNullable(
        switch (origin.scheme()) {
          case HTTP -> http;
          case HTTPS -> https;
        });
  }

  /// A proxy and what it is shown.
  record Proxy(Origin origin, Credentials credentials) {
    static @Nullable Proxy parse(String variable, String text) throws FormatException {
      if (text.isBlank()) {
        return null;
      }
      try {
        var uri = new URI(text.contains("://") ? text : "http://" + text);
        var user = uri.getRawUserInfo();
        var bare = user == null ? uri.toString() : uri.toString().replace(user + '@', "");
        return new Proxy(Url.parse(bare).origin(), credentials(user));
      } catch (URISyntaxException | FormatException | IllegalArgumentException e) {
        // Without the cause: it may repeat a password.
        throw new FormatException(
            "expected " + variable + " to be an http or https URL, got other");
      }
    }

    /// `request` with what the proxy wants to see.
    Request authorize(Request request) {
      return credentials instanceof Credentials.Basic basic
          ? request.with("Proxy-Authorization", Authorization.basic(basic))
          : request;
    }

    private static Credentials credentials(@Nullable String userInfo) {
      if (userInfo == null) {
        return new Credentials.Anonymous();
      }
      int colon = userInfo.indexOf(':');
      var user = colon < 0 ? userInfo : userInfo.substring(0, colon);
      var password = colon < 0 ? "" : userInfo.substring(colon + 1);
      return new Credentials.Basic(decode(user), Secret.of(decode(password)));
    }

    private static String decode(String text) {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
  }
}
