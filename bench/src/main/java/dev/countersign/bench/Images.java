package dev.countersign.bench;

import dev.countersign.ImageSigner;
import dev.countersign.key.SoftwareKey;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.registry.RemoteRegistry;
import dev.countersign.sign.Signer;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.TestImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Signed images in a registry in this process.
final class Images {
  private final InProcessRegistry registry;
  private final SoftwareKey key = SoftwareKey.generate(new SecureRandom());

  Images(InProcessRegistry registry) {
    this.registry = registry;
  }

  /// Writes the key that they are signed with.
  Path writeKey(Path folder) throws Exception {
    return Files.writeString(folder.resolve("images.pub"), key.publicKey().toPem());
  }

  /// Pushes an image of its own repository; the rest of its reference after the host.
  String push(String name) {
    var image = TestImage.oci(name);
    image.pushTo(registry, name, "v1");
    return name + '@' + image.digest();
  }

  /// Pushes images `prefix/0` to `prefix/<count - 1>`, each signed once in bundle form.
  void signMany(String prefix, int count) throws Exception {
    try (var remote = new RemoteRegistry(RegistryOptions.DEFAULT);
        ExecutorService workers = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < count; i++) {
        var name = prefix + '/' + i;
        var _ = workers.submit(() -> sign(remote, name, 1));
      }
    }
  }

  /// Signs an image `times` times, in bundle form, each with another annotation.
  String sign(RemoteRegistry remote, String name, int times) throws Exception {
    var rest = push(name);
    var image = (Digested) ImageReference.parse(registry.hostAndPort() + '/' + rest);
    for (int i = 0; i < times; i++) {
      var signer = new Signer(key, Map.of("run", String.valueOf(i)));
      var _ =
          new ImageSigner(remote)
              .sign(image, signer, Instant.now(), Deadline.after(Duration.ofSeconds(30)));
    }
    return rest;
  }

  /// What [#signMany] made, on a host.
  String reference(String host, String prefix, int number) {
    var name = prefix + '/' + number;
    return host + '/' + name + '@' + TestImage.oci(name).digest();
  }
}
