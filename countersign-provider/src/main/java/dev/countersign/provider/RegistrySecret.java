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
import java.util.HashSet;
import java.util.List;
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
    var named = new HashSet<String>();
    for (var host : hosts) {
      named.add(registry(host));
    }
    for (var host : listed(folder.resolve("registry"))) {
      named.add(registry(host));
    }
    if (named.isEmpty()) {
      throw new IOException(
          "the registry secret in "
              + folder
              + " names no registry; name the hosts that may see it with --registry-secret-host, or"
              + " in its key \"registry\"");
    }
    read(folder);
    return new Source(others, folder, named);
  }

  private record Source(CredentialSource others, Path folder, Set<String> hosts)
      implements CredentialSource {
    @Override
    public Credentials find(Repository repository, Deadline deadline) throws IOException {
      return hosts.contains(repository.registry())
          ? read(folder)
          : others.find(repository, deadline);
    }
  }

  /// The hosts in `file`, between spaces, commas or line ends; none if there is no such file.
  private static List<String> listed(Path file) throws IOException {
    var text = Files.exists(file) ? text(file) : "";
    return Stream.of(text.split("[\\s,]+", -1)).filter(host -> !host.isEmpty()).toList();
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
