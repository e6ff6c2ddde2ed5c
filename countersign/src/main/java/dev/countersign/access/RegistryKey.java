package dev.countersign.access;

import dev.countersign.oci.Repository;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The names under which files keep credentials: a registry, or a part of it.
final class RegistryKey {
  private static final Set<String> DOCKER_HUB =
      Set.of("index.docker.io", "docker.io", "registry-1.docker.io");

  private RegistryKey() {}

  /// `key` without scheme and API version, Docker Hub by one name.
  static String of(String key) {
    int scheme = key.indexOf("://");
    var name = withoutEnd(scheme < 0 ? key : key.substring(scheme + 3), "/");
    name = withoutEnd(withoutEnd(name, "/v1"), "/v2");
    int slash = name.indexOf('/');
    var registry = canonical(slash < 0 ? name : name.substring(0, slash));
    return slash < 0 ? registry : registry + name.substring(slash);
  }

  /// What may match `repository`, the longest first, its registry alone last.
  static List<String> candidates(Repository repository) {
    var candidates = new ArrayList<String>();
    var registry = canonical(repository.registry());
    var path = repository.path();
    for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
      candidates.add(registry + '/' + path.substring(0, end));
    }
    candidates.add(registry);
    return candidates;
  }

  /// What a credential helper is asked for.
  static String forHelper(Repository repository) {
    var registry = canonical(repository.registry());
    return registry.equals(Repository.DOCKER_HUB) ? "https://index.docker.io/v1/" : registry;
  }

  private static String canonical(String registry) {
    var lower = registry.toLowerCase(Locale.ROOT);
    return DOCKER_HUB.contains(lower) ? Repository.DOCKER_HUB : lower;
  }

  private static String withoutEnd(String text, String end) {
    return text.endsWith(end) ? text.substring(0, text.length() - end.length()) : text;
  }
}
