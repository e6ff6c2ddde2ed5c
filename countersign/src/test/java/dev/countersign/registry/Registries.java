package dev.countersign.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.countersign.format.Bytes;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.ImageReference.Tagged;
import dev.countersign.oci.Repository;
import dev.countersign.registry.RegistryException.Fault;
import dev.countersign.testkit.Auth;
import dev.countersign.testkit.Identity;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.TestImage;
import dev.countersign.testkit.Transport;
import dev.countersign.testkit.Transport.ClientCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.function.Executable;

/// What the tests of this package have in common: one image in one repository, and short names.
final class Registries {
  private static final byte[] LOCALHOST = {127, 0, 0, 1};

  static final TestImage IMAGE = TestImage.oci("hello");
  static final String SECRET = "pass-word";
  static final Credentials USER = new Credentials.Basic("user", Secret.of(SECRET));
  static final RegistryOptions ONCE = RegistryOptions.DEFAULT.withRetry(Retry.NEVER);

  /// Every name leads to this machine.
  static final Resolver LOOPBACK = host -> List.of(InetAddress.getByAddress(LOCALHOST));

  private Registries() {}

  static InProcessRegistry start(InProcessOptions options) throws IOException {
    var server = InProcessRegistry.start(options);
    IMAGE.pushTo(server, "a/b", "v1");
    return server;
  }

  static InProcessRegistry start(Auth auth) throws IOException {
    return start(InProcessOptions.DEFAULT.withAuth(auth));
  }

  static InProcessRegistry startHttps(Identity identity, Auth auth) throws IOException {
    return start(
        InProcessOptions.DEFAULT
            .withTransport(
                new Transport.Https(identity.serverContext(), ClientCertificate.NOT_ASKED))
            .withAuth(auth));
  }

  static Repository repository(String registry) {
    return new Repository(registry, "a/b");
  }

  static Tagged v1(InProcessRegistry server) {
    return repository(server.hostAndPort()).tag("v1");
  }

  static Digested digested(InProcessRegistry server) throws Exception {
    return repository(server.hostAndPort())
        .digest(dev.countersign.oci.Digest.parse(IMAGE.digest()));
  }

  static Bytes manifest() {
    return Bytes.copyOf(IMAGE.manifest());
  }

  static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(20));
  }

  /// For what must end by it: as short as lets a slow machine begin.
  static Deadline veryShort() {
    return Deadline.after(Duration.ofMillis(300));
  }

  static RegistryOptions with(Credentials credentials) {
    return ONCE.withCredentials((repository, deadline) -> credentials);
  }

  static String assertFault(Fault expected, Executable action) {
    var thrown = assertThrows(RegistryException.class, action);
    assertEquals(expected, thrown.fault(), thrown.problem());
    return thrown.problem();
  }
}
