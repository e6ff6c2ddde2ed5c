package dev.countersign.registry;

import static dev.countersign.registry.Registries.ONCE;
import static dev.countersign.registry.Registries.assertFault;
import static dev.countersign.registry.Registries.soon;
import static dev.countersign.registry.Registries.v1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.Bytes;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.Digest;
import dev.countersign.oci.Repository;
import dev.countersign.registry.RegistryException.Fault;
import dev.countersign.testkit.Auth;
import dev.countersign.testkit.Fault.CorruptBody;
import dev.countersign.testkit.Fault.LieAboutLength;
import dev.countersign.testkit.Fault.Status;
import dev.countersign.testkit.Fault.Truncate;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.LoggedRequest;
import dev.countersign.testkit.Quirk;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Blobs that move in pieces, and what is removed.
class BlobTransferTest {
  private static final int PIECE = 8 << 10;
  private static final byte[] CONTENT = new byte[5 << 20];
  private static final Descriptor BLOB;

  static {
    new Random(1).nextBytes(CONTENT);
    BLOB = new Descriptor("a/b", CONTENT.length, Digest.of(Bytes.copyOf(CONTENT)));
  }

  private InProcessRegistry server;
  private RemoteRegistry registry;
  private Repository repository;

  @BeforeEach
  void start() throws IOException {
    server = Registries.start(InProcessOptions.DEFAULT);
    server.putBlob("a/b", CONTENT);
    registry = new RemoteRegistry(ONCE);
    repository = v1(server).repository();
    warm(registry);
  }

  /// Lets a client find out that the server speaks plain HTTP.
  private void warm(RemoteRegistry client) throws IOException {
    assertTrue(client.hasBlob(repository, BLOB.digest(), soon()));
    server.forgetRequests();
  }

  @AfterEach
  void stop() {
    registry.close();
    server.close();
  }

  @Test
  void givesTheWholeBlobInPieces() throws IOException {
    var received = new ByteArrayOutputStream();

    assertTrue(registry.readBlob(repository, BLOB, content -> copy(content, received), soon()));

    assertArrayEquals(CONTENT, received.toByteArray());
  }

  @Test
  void keepsTheConnectionAfterAWholeBlob() throws IOException {
    for (int i = 0; i < 3; i++) {
      registry.readBlob(repository, BLOB, InputStream::readAllBytes, soon());
    }

    assertEquals(3, server.requests().size());
  }

  @Test
  void saysThatABlobIsAbsent() throws IOException {
    var absent = new Descriptor("a/b", 1, Digest.of(Bytes.utf8("?")));

    assertFalse(registry.readBlob(repository, absent, InputStream::readAllBytes, soon()));
  }

  @Test
  void neverGivesTheEndOfWhatIsNotTheBlob() {
    for (var fault :
        new dev.countersign.testkit.Fault[] {new CorruptBody(), new Truncate(4 << 20)}) {
      var received = new ByteArrayOutputStream();
      server.failAll(request -> request.path().contains("/blobs/"), fault);

      assertThrows(
          RegistryException.class,
          () -> registry.readBlob(repository, BLOB, content -> copy(content, received), soon()));

      assertTrue(received.size() < CONTENT.length, fault.toString());
      server.heal();
    }
  }

  @Test
  void refusesAnotherLengthBeforeTheFirstByte() {
    server.failAll(request -> request.path().contains("/blobs/"), new LieAboutLength(1));

    assertFault(
        Fault.MISMATCH,
        () ->
            registry.readBlob(
                repository,
                BLOB,
                content -> {
                  throw new AssertionError("nothing was to be read");
                },
                soon()));
  }

  @Test
  void beginsAnewAfterAFaultThatPasses() throws IOException {
    try (var patient = new RemoteRegistry(ONCE.withRetry(new Retry(3, Duration.ofMillis(1))))) {
      warm(patient);
      server.failNext(request -> request.path().contains("/blobs/"), new Truncate(1 << 20));
      var received = new ByteArrayOutputStream();

      patient.readBlob(
          repository,
          BLOB,
          content -> {
            received.reset();
            copy(content, received);
          },
          soon());

      assertArrayEquals(CONTENT, received.toByteArray());
    }
  }

  @Test
  void tellsTheReadersOwnFailureAndAsksNotAgain() {
    var full = new IOException("no space left");

    var thrown =
        assertThrows(
            IOException.class,
            () ->
                registry.readBlob(
                    repository,
                    BLOB,
                    content -> {
                      throw full;
                    },
                    soon()));

    assertSame(full, thrown);
    assertEquals(1, server.requests().size());
  }

  @Test
  void pushesFromAStream() throws IOException {
    var other = new Repository(server.hostAndPort(), "c/d");

    registry.pushBlob(other, BLOB, new ByteArrayInputStream(CONTENT), soon());

    assertTrue(registry.hasBlob(other, BLOB.digest(), soon()));
  }

  @Test
  void leavesNothingWhereAStreamBreaks() throws IOException {
    var other = new Repository(server.hostAndPort(), "c/d");

    assertThrows(
        IOException.class,
        () ->
            registry.readBlob(
                repository,
                BLOB,
                content -> {
                  var broken = new BreakingStream(content, 1 << 20);
                  registry.pushBlob(other, BLOB, broken, soon());
                },
                soon()));

    assertFalse(registry.hasBlob(other, BLOB.digest(), soon()));
  }

  @Test
  void takesABlobOverWithoutMovingIt() throws IOException {
    var other = new Repository(server.hostAndPort(), "c/d");
    server.forgetRequests();

    assertTrue(registry.mountBlob(other, BLOB.digest(), repository, soon()));

    assertEquals(1, server.requests().size());
    assertTrue(registry.hasBlob(other, BLOB.digest(), soon()));
  }

  @Test
  void asksForBothRepositoriesWhenATokenIsNeeded() throws Exception {
    try (var guarded = Registries.start(new Auth.Bearer("user", Registries.SECRET));
        var allowed = new RemoteRegistry(Registries.with(Registries.USER))) {
      guarded.putBlob("a/b", CONTENT);
      var other = new Repository(guarded.hostAndPort(), "c/d");

      assertTrue(allowed.mountBlob(other, BLOB.digest(), v1(guarded).repository(), soon()));
      assertEquals(
          1,
          guarded.requests().stream()
              .map(LoggedRequest::query)
              .filter(asked -> asked.contains("c%2Fd%3Apull%2Cpush+repository%3Aa%2Fb%3Apull"))
              .count(),
          () -> guarded.requests().toString());
    }
  }

  @Test
  void saysThatARegistryMountsNothing() throws IOException {
    try (var plain = Registries.start(InProcessOptions.DEFAULT.withQuirks(Quirk.NO_MOUNT))) {
      plain.putBlob("a/b", CONTENT);
      var other = new Repository(plain.hostAndPort(), "c/d");

      assertFalse(registry.mountBlob(other, BLOB.digest(), v1(plain).repository(), soon()));
    }
    var elsewhere = new Repository("other.example", "c/d");
    assertFalse(registry.mountBlob(elsewhere, BLOB.digest(), repository, soon()));
  }

  @Test
  void deletesATagAndSaysWhetherItWasThere() throws IOException {
    assertTrue(registry.deleteManifest(v1(server), soon()));
    assertFalse(registry.deleteManifest(v1(server), soon()));
  }

  @Test
  void reportsThatARegistryDeletesNothing() {
    server.failAll(request -> request.method().equals("DELETE"), new Status(405));

    assertFault(Fault.REFUSED, () -> registry.deleteManifest(v1(server), soon()));
  }

  private static void copy(InputStream from, ByteArrayOutputStream to) throws IOException {
    var piece = new byte[PIECE];
    for (int count = from.read(piece); count >= 0; count = from.read(piece)) {
      to.write(piece, 0, count);
    }
  }

  private static final class BreakingStream extends InputStream {
    private final InputStream in;
    private int left;

    BreakingStream(InputStream in, int left) {
      this.in = in;
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (left <= 0) {
        throw new IOException("broken");
      }
      int count = in.read(buffer, offset, Math.min(length, left));
      left -= count;
      return count;
    }
  }
}
