package dev.countersign.policy;

import dev.countersign.format.FormatException;
import dev.countersign.oci.Repository;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/// Which repositories a rule is about, as `ghcr.io/acme/**`.
///
/// `*` stands for any text within a part, `**` for one or more whole parts; `**` alone is every
/// repository. Names are compared as registries are reached, not as they are written: hosts in any
/// case, with or without port 443, and Docker Hub by any of its hosts, so that no other spelling of
/// a name slips by its rule. A pattern without a registry is about Docker Hub.
public final class ImagePattern {
  /// The rule that is most particular about an image comes first: an exact name, then the longer
  /// text before the first wildcard, then the longer text in all.
  public static final Comparator<ImagePattern> MOST_SPECIFIC_FIRST =
      Comparator.<ImagePattern>comparingInt(pattern -> pattern.isExact() ? 0 : 1)
          .thenComparingInt(pattern -> -pattern.literalPrefix())
          .thenComparingInt(pattern -> -pattern.literals());

  static final ImagePattern EVERYTHING = new ImagePattern("**");

  private static final int MAX_CHARACTERS = 512;
  private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._:\\[\\]/*-]+");
  private final String canonical;
  private final List<String> parts;

  private ImagePattern(String canonical) {
    this.canonical = canonical;
    this.parts = List.of(canonical.split("/", -1));
  }

  /// Reads a pattern.
  ///
  /// @throws FormatException if `text` holds other characters, a tag or a digest
  public static ImagePattern parse(String text) throws FormatException {
    if (text.length() > MAX_CHARACTERS || !ALLOWED.matcher(text).matches()) {
      throw new FormatException(
          "expected a pattern such as ghcr.io/acme/**, without tag and digest, got \""
              + text
              + '"');
    }
    var pattern = new ImagePattern(text.equals("**") ? text : canonical(text));
    for (var part : pattern.parts) {
      if (part.isEmpty() || (part.contains("**") && !part.equals("**"))) {
        throw new FormatException(
            "expected ** as a whole part, and no empty part, in the pattern \"" + text + '"');
      }
    }
    return pattern;
  }

  /// Whether the rule of this pattern is about `repository`. Takes time in proportion to the
  /// lengths of both, whatever strangers call their images.
  public boolean matches(Repository repository) {
    var name =
        List.of(
            (Repository.reachedHost(repository.registry()) + '/' + repository.path())
                .split("/", -1));
    return canonical.equals("**") || matches(name);
  }

  /// Whether the first parts of the pattern are the first parts of the name, for ever longer ones.
  private boolean matches(List<String> name) {
    var reached = new boolean[name.size() + 1];
    reached[0] = true;
    for (var part : parts) {
      var next = new boolean[name.size() + 1];
      for (int i = 1; i <= name.size(); i++) {
        next[i] =
            part.equals("**")
                ? reached[i - 1] || next[i - 1]
                : reached[i - 1] && matchesPart(part, name.get(i - 1));
      }
      reached = next;
    }
    return reached[name.size()];
  }

  private static boolean matchesPart(String part, String text) {
    int star = -1;
    int resume = 0;
    int p = 0;
    int t = 0;
    while (t < text.length()) {
      if (p < part.length() && part.charAt(p) == '*') {
        star = p++;
        resume = t;
      } else if (p < part.length() && part.charAt(p) == text.charAt(t)) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++resume;
      } else {
        return false;
      }
    }
    while (p < part.length() && part.charAt(p) == '*') {
      p++;
    }
    return p == part.length();
  }

  private static String canonical(String text) throws FormatException {
    int slash = text.indexOf('/');
    var first = slash < 0 ? "" : text.substring(0, slash);
    var namesRegistry =
        first.indexOf('.') >= 0 || first.indexOf(':') >= 0 || first.indexOf('*') >= 0;
    var registry = namesRegistry ? Repository.reachedHost(first) : Repository.DOCKER_HUB;
    var path = namesRegistry ? text.substring(slash + 1) : text;
    if (path.indexOf(':') >= 0) {
      throw new FormatException("expected a pattern without a tag, got \"" + text + '"');
    }
    var isOfficial = registry.equals(Repository.DOCKER_HUB) && path.indexOf('/') < 0;
    return registry + '/' + (isOfficial && !path.equals("**") ? "library/" + path : path);
  }

  private boolean isExact() {
    return canonical.indexOf('*') < 0;
  }

  private int literalPrefix() {
    int wildcard = canonical.indexOf('*');
    return wildcard < 0 ? canonical.length() : wildcard;
  }

  private int literals() {
    return (int) canonical.chars().filter(c -> c != '*').count();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ImagePattern that && canonical.equals(that.canonical);
  }

  @Override
  public int hashCode() {
    return canonical.hashCode();
  }

  @Override
  public String toString() {
    return canonical;
  }
}
