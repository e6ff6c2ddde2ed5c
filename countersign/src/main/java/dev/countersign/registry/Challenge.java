package dev.countersign.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// One way in which a server wants to be shown credentials ([RFC 9110
/// §11.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1)).
///
/// @param scheme lower-case, as `bearer`
/// @param parameters by lower-case name; of two of one name the first
record Challenge(String scheme, Map<String, String> parameters) {
  private static final int MAX_CHALLENGES = 16;

  Optional<String> find(String name) {
    return Optional.ofNullable(parameters.get(name)).filter(text -> !text.isEmpty());
  }

  /// The challenges of one header; what cannot be read ends the list.
  static List<Challenge> parse(String header) {
    return new Parser(header).challenges();
  }

  /// Reads a header from left to right.
  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    List<Challenge> challenges() {
      var challenges = new ArrayList<Challenge>();
      skip(" \t,");
      while (at < text.length() && challenges.size() < MAX_CHALLENGES) {
        var scheme = token();
        if (scheme.isEmpty()) {
          break;
        }
        skip(" \t");
        challenges.add(new Challenge(scheme.toLowerCase(Locale.ROOT), parameters()));
        skip(" \t,");
      }
      return challenges;
    }

    private Map<String, String> parameters() {
      var parameters = new HashMap<String, String>();
      while (true) {
        int start = at;
        var name = token();
        skip(" \t");
        if (name.isEmpty() || !accept('=')) {
          at = start;
          return parameters;
        }
        skip(" \t");
        var value = accept('"') ? quoted() : token();
        parameters.putIfAbsent(name.toLowerCase(Locale.ROOT), value);
        skip("= \t");
        skip(", \t");
      }
    }

    private String quoted() {
      var value = new StringBuilder();
      while (at < text.length() && text.charAt(at) != '"') {
        if (text.charAt(at) == '\\' && at + 1 < text.length()) {
          at++;
        }
        value.append(text.charAt(at++));
      }
      at = Math.min(at + 1, text.length());
      return value.toString();
    }

    private String token() {
      int start = at;
      while (at < text.length() && isTokenCharacter(text.charAt(at))) {
        at++;
      }
      return text.substring(start, at);
    }

    private static boolean isTokenCharacter(char c) {
      return c > ' ' && c < 0x7f && "()<>@,;\\\"[]?={}".indexOf(c) < 0;
    }

    private boolean accept(char wanted) {
      boolean found = at < text.length() && text.charAt(at) == wanted;
      at += found ? 1 : 0;
      return found;
    }

    private void skip(String characters) {
      while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }
  }
}
