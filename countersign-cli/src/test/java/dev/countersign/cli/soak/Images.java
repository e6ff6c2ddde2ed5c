package dev.countersign.cli.soak;

import dev.countersign.ImageSigner;
import dev.countersign.key.SoftwareKey;
import dev.countersign.oci.Digest;
import dev.countersign.oci.Repository;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.registry.RemoteRegistry;
import dev.countersign.sign.Signer;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.TestImage;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/// Puts images into a registry.
final class Images {
  private final InProcessRegistry registry;

  Images(InProcessRegistry registry) {
    this.registry = registry;
  }

  /// The digest of a new image at `repository:v1`.
  String unsigned(String repository) {
    TestImage.oci(repository).pushTo(registry, repository, "v1");
    return registry.digest(repository, "v1").orElseThrow();
  }

  /// The same, signed.
  String signed(String repository, SoftwareKey... keys) throws Exception {
    var digest = unsigned(repository);
    var image =
        Repository.parse(registry.hostAndPort() + '/' + repository).digest(Digest.parse(digest));
    try (var store = new RemoteRegistry(RegistryOptions.DEFAULT)) {
      for (var key : keys) {
        sign(new ImageSigner(store), image, key);
      }
    }
    return digest;
  }

  private static void sign(
      ImageSigner signer, dev.countersign.oci.ImageReference.Digested image, SoftwareKey key)
      throws IOException {
    signer.signInTagForm(image, new Signer(key, Map.of()), Deadline.after(Duration.ofSeconds(60)));
  }
}
