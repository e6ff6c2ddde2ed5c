package dev.countersign.testkit;

import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// What a path names, by the table of end points in the distribution specification.
///
/// A route says nothing about whether its names are valid.
sealed interface Route {
  record Base() implements Route {}

  record Token() implements Route {}

  record Uploads(String repository) implements Route {}

  record Upload(String repository, String id) implements Route {}

  record Blob(String repository, String digest) implements Route {}

  record Manifest(String repository, String reference) implements Route {}

  record Tags(String repository) implements Route {}

  record Referrers(String repository, String digest) implements Route {}

  record Nowhere() implements Route {}

  static Route parse(String path) {
    return switch (path) {
      case "/v2/", "/v2" -> new Base();
      case "/token" -> new Token();
      default -> {
        var match = Shape.PATH.matcher(path);
        yield match.matches() ? of(match.toMatchResult()) : new Nowhere();
      }
    };
  }

  private static Route of(MatchResult match) {
    var repository = match.group("repository");
    if (match.group("upload") != null) {
      var id = match.group("upload");
      return id.isEmpty() ? new Uploads(repository) : new Upload(repository, id);
    }
    if (match.group("blob") != null) {
      return new Blob(repository, match.group("blob"));
    }
    if (match.group("manifest") != null) {
      return new Manifest(repository, match.group("manifest"));
    }
    return match.group("referrers") != null
        ? new Referrers(repository, match.group("referrers"))
        : new Tags(repository);
  }

  /// The one expression behind all paths.
  final class Shape {
    private static final Pattern PATH =
        Pattern.compile(
            "/v2/(?<repository>.+)/(?:blobs/uploads/(?<upload>[^/]*)|blobs/(?<blob>[^/]+)"
                + "|manifests/(?<manifest>[^/]+)|tags/list|referrers/(?<referrers>[^/]+))");

    private Shape() {}
  }
}
