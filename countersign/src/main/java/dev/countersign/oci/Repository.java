package dev.countersign.oci;

import dev.countersign.format.FormatException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// A repository in a registry, as `ghcr.io/acme/app`.
///
/// Read as go-containerregistry reads it: the part before the first `/` is the registry if it holds
/// a `.` or a `:` (so `localhost` alone is no registry); else the registry is Docker Hub, where a
/// name of one part lies under `library/`.
///
/// @param registry host and, where one was written, port: `ghcr.io`, `localhost:5000`, `[::1]:5000`
/// @param path the name inside the registry, as `acme/app`
public record Repository(String registry, String path) {
  /// The registry of names that name none.
  public static final String DOCKER_HUB = "index.docker.io";

  private static final Set<String> DOCKER_HUBS =
      Set.of(
          DOCKER_HUB,
          "docker.io",
          "registry-1.docker.io",
          "registry.hub.docker.com",
          "hub.docker.com");

  private static final int MAX_PATH = 255;
  private static final Pattern PATH = Pattern.compile("[a-z0-9_./-]{2," + MAX_PATH + "}");
  private static final Pattern REGISTRY =
      Pattern.compile(
          "(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]{2,45}\\])"
              + "(?::[0-9]{1,5})?");

  public Repository {
    if (!isRegistry(registry) || !isPath(path)) {
      throw new IllegalArgumentException("not a repository: " + registry + '/' + path);
    }
  }

  /// Reads a repository without tag and digest.
  ///
  /// @throws FormatException if `text` is no repository name
  public static Repository parse(String text) throws FormatException {
    int slash = text.indexOf('/');
    var first = slash < 0 ? "" : text.substring(0, slash);
    var named = namesRegistry(first);
    var registry = named ? canonical(first) : DOCKER_HUB;
    var path = named ? text.substring(slash + 1) : text;
    if (!isRegistry(registry)) {
      throw new FormatException("expected a registry host, got \"" + registry + '"');
    }
    if (!isPath(path)) {
      throw new FormatException(
          "expected a repository name of [a-z0-9_./-], 2 to 255 long, got \"" + path + '"');
    }
    return new Repository(registry, isOfficial(registry, path) ? "library/" + path : path);
  }

  /// The same name with `tag`.
  public ImageReference.Tagged tag(String tag) {
    return new ImageReference.Tagged(this, tag);
  }

  /// The same name with `digest`.
  public ImageReference.Digested digest(Digest digest) {
    return new ImageReference.Digested(this, digest);
  }

  /// The host of `registry` as it is reached, however it is spelt: in any case, with or without
  /// port 443, and Docker Hub by any of its hosts.
  public static String reachedHost(String registry) {
    var lower = registry.toLowerCase(Locale.ROOT);
    var name = lower.endsWith(":443") ? lower.substring(0, lower.length() - 4) : lower;
    return DOCKER_HUBS.contains(name) ? DOCKER_HUB : name;
  }

  /// Whether both names lead to one repository.
  public boolean isReachedAs(Repository other) {
    return path.equals(other.path) && reachedHost(registry).equals(reachedHost(other.registry));
  }

  @Override
  public String toString() {
    return registry + '/' + path;
  }

  private static boolean namesRegistry(String first) {
    return first.indexOf('.') >= 0 || first.indexOf(':') >= 0;
  }

  private static boolean isOfficial(String registry, String path) {
    return registry.equals(DOCKER_HUB) && path.indexOf('/') < 0;
  }

  /// Docker Hub has two names; go-containerregistry writes this one.
  private static String canonical(String registry) {
    return registry.equals("docker.io") ? DOCKER_HUB : registry;
  }

  private static boolean isRegistry(String text) {
    return REGISTRY.matcher(text).matches() && portIsInRange(text);
  }

  private static boolean portIsInRange(String registry) {
    int colon = registry.lastIndexOf(':');
    return colon < 0
        || registry.endsWith("]")
        || Integer.parseInt(registry.substring(colon + 1)) <= 65_535;
  }

  /// No part may be empty, `.` or `..`: such a name would be another path once a URL is made of it.
  private static boolean isPath(String text) {
    if (!PATH.matcher(text).matches()) {
      return false;
    }
    for (var part : text.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        return false;
      }
    }
    return true;
  }
}
