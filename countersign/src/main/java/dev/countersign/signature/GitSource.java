package dev.countersign.signature;

import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A git repository, and which state of it.
///
/// People and builders write one repository in many ways: `https://github.com/acme/app`,
/// `git+https://github.com/acme/app.git@refs/heads/main`, `git@github.com:acme/app.git`. All these
/// are `github.com/acme/app`. What is fetched without any proof of who sent it, over `http` or
/// `git`, is another repository, `http://github.com/acme/app`.
///
/// @param repository host and path, the host in lower case
/// @param ref a branch, a tag or a commit, as it was written after `@` or `#`
public record GitSource(String repository, Optional<String> ref) {
  private static final int MAX_CHARACTERS = 2_048;
  private static final String HOST = "(?<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)";
  private static final String REST = "(?<path>[^@#?\\s]+)(?:[@#](?<ref>[\\x21-\\x7e]+))?";
  private static final Pattern URL =
      Pattern.compile(
          "(?<scheme>https|ssh|http|git)://(?:[A-Za-z0-9._~%:+-]*@)?"
              + HOST
              + "(?::(?<port>[0-9]{1,5}))?/"
              + REST);
  private static final Pattern SCP = Pattern.compile("[A-Za-z0-9._-]+@" + HOST + ":" + REST);
  private static final Pattern BARE =
      Pattern.compile("(?<host>[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+)/" + REST);
  private static final Pattern PATH = Pattern.compile("[A-Za-z0-9._~+-]+(?:/[A-Za-z0-9._~+-]+)*");

  /// Reads a URL of a git repository.
  ///
  /// @throws FormatException if `text` is none
  public static GitSource parse(String text) throws FormatException {
    if (text.length() <= MAX_CHARACTERS) {
      var plain = text.startsWith("git+") ? text.substring("git+".length()) : text;
      var url = URL.matcher(plain);
      if (url.matches()) {
        return of(host(url), url, text);
      }
      for (var pattern : new Pattern[] {SCP, BARE}) {
        var matcher = pattern.matcher(plain);
        if (matcher.matches()) {
          return of(group(matcher, "host").toLowerCase(Locale.ROOT), matcher, text);
        }
      }
    }
    throw none(text);
  }

  private static String host(Matcher url) {
    var scheme = group(url, "scheme");
    var port = group(url, "port");
    var usual =
        switch (scheme) {
          case "https" -> "443";
          case "ssh" -> "22";
          case "http" -> "80";
          default -> "9418";
        };
    var name = group(url, "host").toLowerCase(Locale.ROOT);
    var authority = port.isEmpty() || port.equals(usual) ? name : name + ':' + port;
    return scheme.equals("http") || scheme.equals("git") ? scheme + "://" + authority : authority;
  }

  private static GitSource of(String host, Matcher matcher, String text) throws FormatException {
    var path = withoutEndings(group(matcher, "path"));
    if (!PATH.matcher(path).matches() || hasDots(path)) {
      throw none(text);
    }
    return new GitSource(
        host + '/' + path, Optional.of(group(matcher, "ref")).filter(ref -> !ref.isEmpty()));
  }

  /// What a group matched; empty if nothing.
  private static String group(Matcher matcher, String name) {
    return Objects.requireNonNullElse(matcher.group(name), "");
  }

  /// Some builders write `.git` twice.
  private static String withoutEndings(String path) {
    var shorter = path;
    while (shorter.endsWith("/") || shorter.endsWith(".git")) {
      shorter = shorter.substring(0, shorter.length() - (shorter.endsWith("/") ? 1 : 4));
    }
    return shorter;
  }

  private static boolean hasDots(String path) {
    return ("/" + path + "/").contains("/./") || ("/" + path + "/").contains("/../");
  }

  private static FormatException none(String text) {
    return new FormatException(
        "expected a git repository such as https://github.com/acme/app, got \""
            + OneLine.of(text)
            + '"');
  }
}
