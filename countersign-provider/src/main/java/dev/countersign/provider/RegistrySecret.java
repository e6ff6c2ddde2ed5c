package dev.countersign.provider;

import dev.countersign.format.FormatException;
import dev.countersign.oci.Repository;
import dev.countersign.registry.CredentialSource;
import dev.countersign.registry.Credentials;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// A Kubernetes Secret mounted as a folder: `username`, `password`, and maybe `registry` with the
/// hosts that both are for.
///
/// Files are read again each time a registry wants credentials, since Kubernetes replaces them.
public final class RegistrySecret {
  /// Where the Secret is mounted.
  public static final Path FOLDER = Path.of("/etc/registry-secret");

  private static final int MAX_BYTES = 65_536;
  private static final int MAX_TRIES = 10;

  private RegistrySecret() {}

  /// The credentials in `folder` for exactly `hosts` and those that the Secret names, and `others`
  /// for the rest; only `others` if there is no such folder or it has no user name.
  ///
  /// @param hosts each with its port where image names have one, as `ghcr.io`, `localhost:5000`
  /// @throws IOException if the Secret is there and no host is named: whoever may name an image
  ///   would choose who gets the password; or if it cannot be read
  /// @throws FormatException if a host is none
  public static CredentialSource over(CredentialSource others, Path folder, Set<String> hosts)
      throws IOException, FormatException {
    if (!Files.exists(folder.resolve("username"))) {
      return others;
    }
    var source = new Source(others, folder, registries(hosts));
    if (source.hosts(state(folder)).isEmpty()) {
      throw new IOException(
          "the registry secret in "
              + folder
              + " names no registry; name the hosts that may see it with --registry-secret-host, or"
              + " in its key \"registry\"");
    }
    var _ = read(folder);
    return source;
  }

  /// @param given hosts beside those that the Secret names
  private record Source(CredentialSource others, Path folder, Set<String> given)
      implements CredentialSource {
    /// All from one state of the Secret. Kubernetes changes its files at once by one symbolic link,
    /// and then removes the old ones, maybe while they are read.
    @Override
    public Credentials find(Repository repository, Deadline deadline) throws IOException {
      for (int tries = 1; ; tries++) {
        var state = state(folder);
        var found = Optional.<Credentials>empty();
        var failure = Optional.<IOException>empty();
        try {
          found = read(state, repository.registry());
        } catch (IOException e) {
          failure = Optional.of(e);
        }
        if (state.equals(state(folder)) || tries == MAX_TRIES) {
          if (failure.isPresent()) {
            throw failure.get();
          }
          return found.isPresent() ? found.get() : others.find(repository, deadline);
        }
      }
    }

    /// What one state of the Secret has for `registry`.
    private Optional<Credentials> read(Path state, String registry) throws IOException {
      try {
        return hosts(state).contains(registry)
            ? Optional.of(RegistrySecret.read(state))
            : Optional.empty();
      } catch (FormatException e) {
        throw new IOException(state.resolve("registry") + ": " + e.problem(), e);
      }
    }

    private Set<String> hosts(Path state) throws IOException, FormatException {
      var file = state.resolve("registry");
      var text = Files.exists(file) ? text(file) : "";
      var all = new HashSet<>(given);
      all.addAll(
          registries(
              Stream.of(text.split("[\\s,]+", -1)).filter(host -> !host.isEmpty()).toList()));
      return all;
    }
  }

  private static Set<String> registries(Collection<String> hosts) throws FormatException {
    var found = new HashSet<String>();
    for (var host : hosts) {
      found.add(registry(host));
    }
    return found;
  }

  private static Path state(Path folder) throws IOException {
    var link = folder.resolve("..data");
    return Files.isSymbolicLink(link) ? folder.resolve(Files.readSymbolicLink(link)) : folder;
  }

  /// The credentials in `folder` as they are now.
  static Credentials read(Path folder) throws IOException {
    var user = text(folder.resolve("username")).strip();
    var password = withoutLineEnd(text(folder.resolve("password")));
    return new Credentials.Basic(user, Secret.of(password));
  }

  /// The host as references name it; Docker Hub has two names.
  private static String registry(String host) throws FormatException {
    var repository = Repository.parse(host + "/any/name");
    if (!repository.path().equals("any/name")) {
      throw new FormatException(
          "expected a registry as image names have it (host or host:port), got \"" + host + '"');
    }
    return repository.registry();
  }

  private static String text(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IOException("cannot read " + file, e);
    }
  }

  private static String withoutLineEnd(String text) {
    var line = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }
}
