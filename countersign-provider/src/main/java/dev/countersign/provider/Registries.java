package dev.countersign.provider;

import dev.countersign.format.FormatException;
import dev.countersign.oci.Repository;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a policy file says of registries.
///
/// @param byHost by [Repository#reachedHost]
public record Registries(Map<String, RegistrySettings> byHost, List<Mirror> mirrors) {
  /// Nothing.
  static final Registries NONE = new Registries(Map.of(), List.of());

  public Registries {
    byHost = Map.copyOf(byHost);
    mirrors = List.copyOf(mirrors);
  }

  /// Where what is named by digest in `repository` is fetched from: by its longest source, if it
  /// has one.
  ///
  /// @throws FormatException if the mirror's name for it is none
  Repository place(Repository repository) throws FormatException {
    var nearest =
        mirrors.stream()
            .filter(mirror -> mirror.source().holds(repository))
            .max(Comparator.comparingInt(mirror -> mirror.source().path().length()));
    return nearest.isEmpty() ? repository : nearest.get().place(repository);
  }

  /// Content that is named `source…` and fetched from `mirror…`.
  public record Mirror(Prefix source, Prefix mirror) {
    private Repository place(Repository repository) throws FormatException {
      var rest =
          source.path().isEmpty()
              ? '/' + repository.path()
              : repository.path().substring(source.path().length());
      var path = mirror.path() + rest;
      return Repository.parse(
          mirror.registry() + '/' + (path.startsWith("/") ? path.substring(1) : path));
    }
  }

  /// A registry, or a part of one.
  ///
  /// @param path empty for all of it
  public record Prefix(String registry, String path) {
    private static final String ANY = "/any/name";

    /// Reads a name such as `ghcr.io` or `ghcr.io/acme`.
    ///
    /// @throws FormatException if it is none
    static Prefix parse(String text) throws FormatException {
      var repository = Repository.parse(text + ANY);
      var path = '/' + repository.path();
      var prefix = path.substring(0, path.length() - ANY.length());
      return new Prefix(repository.registry(), prefix.isEmpty() ? "" : prefix.substring(1));
    }

    /// Reads the name of a registry without a path.
    ///
    /// @throws FormatException if it is none
    static String parseHost(String text) throws FormatException {
      return Optional.of(parse(text))
          .filter(prefix -> prefix.path().isEmpty())
          .map(prefix -> Repository.reachedHost(prefix.registry()))
          .orElseThrow(() ->
              new FormatException(
                  "expected a registry as image names have it (host or host:port), got \""
                      + text
                      + '"'));
    }

    private boolean holds(Repository repository) {
      return Repository.reachedHost(registry).equals(Repository.reachedHost(repository.registry()))
          && (path.isEmpty()
              || repository.path().equals(path)
              || repository.path().startsWith(path + '/'));
    }
  }
}
