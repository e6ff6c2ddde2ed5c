package dev.countersign;

import dev.countersign.access.Certificates;
import dev.countersign.access.DockerConfig;
import dev.countersign.access.Environment;
import dev.countersign.format.FormatException;
import dev.countersign.key.PrivateKey;
import dev.countersign.key.PublicKey;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Requirement;
import dev.countersign.registry.Connections;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.registry.RemoteRegistry;
import dev.countersign.sign.Signer;
import dev.countersign.verify.Authority;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/// The front door: verify or sign an image in one call.
///
/// {@snippet class="dev.countersign.FrontDoorExample" region="verify"}
///
/// {@snippet class="dev.countersign.FrontDoorExample" region="sign"}
///
/// Safe for use by several threads. [ImageVerifier] and [ImageSigner] say more: several
/// authorities, annotations, indexes, other places for signatures, other deadlines.
public final class Countersign implements AutoCloseable {
  /// How long one call may take.
  public static final Duration PATIENCE = Duration.ofMinutes(3);

  private final RemoteRegistry registry;

  private Countersign(RemoteRegistry registry) {
    this.registry = registry;
  }

  /// Reaches registries as other tools on this machine do: with Docker's or Podman's credentials,
  /// the system's certificates and the proxies of `environment`, most often `System.getenv()`.
  ///
  /// @throws FormatException if the environment names a proxy that is none
  public static Countersign open(Map<String, String> environment) throws FormatException {
    var variables = new Environment(environment);
    return open(
        RegistryOptions.DEFAULT
            .withCredentials(DockerConfig.of(variables))
            .withConnections(
                Connections.DEFAULT
                    .withTls(Certificates.system(variables))
                    .withProxies(variables.proxies())));
  }

  /// Reaches registries as `options` say.
  public static Countersign open(RegistryOptions options) {
    return new Countersign(new RemoteRegistry(options));
  }

  /// Whether the holder of `key` signed what `image` names now.
  ///
  /// @throws FormatException if `image` is no image reference
  public Decision verify(String image, PublicKey key) throws FormatException {
    var requirement = Requirement.anyOf(new Authority.Key(key.fingerprint(), key));
    return new ImageVerifier(registry)
        .verify(ImageReference.parse(image), requirement, Deadline.after(PATIENCE));
  }

  /// Signs what `image` names now, and says what that was: deploy that and nothing else.
  ///
  /// @throws FormatException if `image` is no image reference
  /// @throws IOException if there is no such image, or the world fails; a second call completes the
  ///   first
  public Digested sign(String image, PrivateKey key) throws FormatException, IOException {
    var reference = ImageReference.parse(image);
    var deadline = Deadline.after(PATIENCE);
    var signer = new ImageSigner(registry);
    var found = signer.find(reference, ImageSigner.Depth.TOP, deadline);
    if (found.isEmpty()) {
      throw new IOException("image not found: " + reference);
    }
    var top = found.getLast();
    signer.sign(top, new Signer(key, Map.of()), Instant.now(), deadline);
    return top;
  }

  /// Ends its connections.
  @Override
  public void close() {
    registry.close();
  }
}
