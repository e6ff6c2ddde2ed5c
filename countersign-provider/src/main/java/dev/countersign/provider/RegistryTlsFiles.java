package dev.countersign.provider;

import dev.countersign.access.Certificates;
import dev.countersign.access.TlsKeyPair;
import dev.countersign.format.FormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The PEM files that TLS with registries is spoken by, where no policy says more of one.
///
/// @param authorities the only ones to believe
/// @param client what is shown
public record RegistryTlsFiles(Optional<Path> authorities, Optional<Pair> client) {
  /// No file.
  public static final RegistryTlsFiles NONE =
      new RegistryTlsFiles(Optional.empty(), Optional.empty());

  /// A certificate chain, and the private key of its first certificate.
  public record Pair(Path certificate, Path key) {}

  /// All of them.
  public List<Path> all() {
    return Stream.concat(
            authorities.stream(),
            client.stream().flatMap(pair -> Stream.of(pair.certificate(), pair.key())))
        .toList();
  }

  /// What they hold now.
  ///
  /// @throws IOException if one cannot be read
  /// @throws FormatException if one holds something else
  RegistryTls load() throws IOException, FormatException {
    return new RegistryTls(
        authorities.isEmpty()
            ? Optional.empty()
            : Optional.of(Certificates.authorities(authorities.get())),
        client.isEmpty()
            ? Optional.empty()
            : Optional.of(TlsKeyPair.read(client.get().certificate(), client.get().key())));
  }
}
