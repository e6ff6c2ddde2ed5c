package dev.countersign.registry;

import dev.countersign.format.FormatException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/// An absolute `http` or `https` URL without user and fragment.
///
/// @param target path and query as they go into a request line
record Url(Origin origin, String target) {
  private static final int MAX_CHARACTERS = 8_192;

  /// @throws FormatException if `text` is no such URL; the message does not repeat it
  static Url parse(String text) throws FormatException {
    return of(uri(text));
  }

  /// What `location` names when it stands in an answer from here.
  Url resolve(String location) throws FormatException {
    try {
      return of(uri(origin + target).resolve(uri(location)));
    } catch (IllegalArgumentException e) {
      throw new FormatException("expected a location, got something else", e);
    }
  }

  /// This URL with one more query parameter, whose `value` is encoded already.
  Url withQuery(String name, String value) {
    return new Url(origin, target + (target.indexOf('?') < 0 ? '?' : '&') + name + '=' + value);
  }

  private static URI uri(String text) throws FormatException {
    if (text.length() > MAX_CHARACTERS) {
      throw new FormatException("expected a URL of at most 8192 characters, got " + text.length());
    }
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      // Without the cause, whose message repeats the text.
      throw new FormatException("expected a URL, got " + text.length() + " other characters");
    }
  }

  private static Url of(URI uri) throws FormatException {
    var host = uri.getHost();
    if (host == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
      throw new FormatException("expected an absolute URL of host, path and query");
    }
    var scheme = scheme(String.valueOf(uri.getScheme()));
    int port = uri.getPort() < 0 ? scheme.port() : uri.getPort();
    if (port < 1 || port > 65_535 || host.indexOf('%') >= 0) {
      throw new FormatException("expected a host and a port, got others");
    }
    var path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    var query = uri.getRawQuery() == null ? "" : '?' + uri.getRawQuery();
    var name = HostName.canonical(Origin.withoutBrackets(host));
    return new Url(new Origin(scheme, name, port), ascii(path + query));
  }

  private static Scheme scheme(String text) throws FormatException {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "http" -> Scheme.HTTP;
      case "https" -> Scheme.HTTPS;
      default -> throw new FormatException("expected http or https, got " + text);
    };
  }

  private static String ascii(String target) throws FormatException {
    if (!target.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new FormatException("expected an encoded path, got one of other characters");
    }
    return target;
  }

  /// Without the query, which may hold a secret.
  @Override
  public String toString() {
    int query = target.indexOf('?');
    return origin + (query < 0 ? target : target.substring(0, query));
  }
}
