package dev.countersign.registry;

import static dev.countersign.registry.Registries.IMAGE;
import static dev.countersign.registry.Registries.ONCE;
import static dev.countersign.registry.Registries.assertFault;
import static dev.countersign.registry.Registries.digested;
import static dev.countersign.registry.Registries.repository;
import static dev.countersign.registry.Registries.soon;
import static dev.countersign.registry.Registries.v1;
import static dev.countersign.registry.Registries.veryShort;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.Bytes;
import dev.countersign.oci.Content;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.Digest;
import dev.countersign.oci.MediaType;
import dev.countersign.registry.ContentStore.Precondition;
import dev.countersign.registry.RegistryException.Fault;
import dev.countersign.testkit.Fault.CorruptBody;
import dev.countersign.testkit.Fault.Dribble;
import dev.countersign.testkit.Fault.DropConnection;
import dev.countersign.testkit.Fault.EndlessBody;
import dev.countersign.testkit.Fault.LieAboutLength;
import dev.countersign.testkit.Fault.MissingHeader;
import dev.countersign.testkit.Fault.Stall;
import dev.countersign.testkit.Fault.Status;
import dev.countersign.testkit.Fault.Truncate;
import dev.countersign.testkit.Fault.WrongHeader;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.LoggedRequest;
import dev.countersign.testkit.Quirk;
import dev.countersign.testkit.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RemoteRegistryTest {
  private InProcessRegistry server;
  private RemoteRegistry registry;
  private Descriptor layer;

  @BeforeEach
  void start() throws IOException {
    server = Registries.start(InProcessOptions.DEFAULT);
    registry = new RemoteRegistry(ONCE);
    var content = Bytes.copyOf(IMAGE.layer());
    layer = new Descriptor("application/octet-stream", content.size(), Digest.of(content));
  }

  @AfterEach
  void stop() {
    registry.close();
    server.close();
  }

  private List<String> asked() {
    return server.requests().stream().map(LoggedRequest::method).toList();
  }

  private Optional<Bytes> fetchLayer() throws RegistryException {
    return registry.fetchBlob(v1(server).repository(), layer, 1 << 20, soon());
  }

  @Test
  void resolvesATagWithOneHead() throws Exception {
    var digested = registry.resolve(v1(server), soon());

    assertEquals(Optional.of(digested(server)), digested);
    assertEquals(List.of("HEAD"), asked());
  }

  @Test
  void resolvesADigestWithoutAsking() throws Exception {
    assertEquals(Optional.of(digested(server)), registry.resolve(digested(server), soon()));

    assertEquals(List.of(), asked());
  }

  @Test
  void hashesTheManifestWhereHeadGivesNoDigest() throws Exception {
    for (var fault :
        List.of(
            new MissingHeader("Docker-Content-Digest"),
            new WrongHeader("Docker-Content-Digest", "sha256:nonsense"),
            new Status(405))) {
      server.failNext(request -> request.method().equals("HEAD"), fault);

      assertEquals(Optional.of(digested(server)), registry.resolve(v1(server), soon()));
    }
  }

  @Test
  void findsNothingWhereThereIsNothing() throws Exception {
    var other = repository(server.hostAndPort()).tag("v2");
    var absent = new Descriptor("", 1, Digest.of(Bytes.utf8("?")));

    assertEquals(Optional.empty(), registry.resolve(other, soon()));
    assertEquals(Optional.empty(), registry.fetchManifest(other, soon()));
    assertEquals(Optional.empty(), registry.fetchBlob(other.repository(), absent, 10, soon()));
    assertFalse(registry.hasBlob(other.repository(), absent.digest(), soon()));
  }

  @Test
  void takesAPlain404ForAbsence() throws Exception {
    server.failNext(request -> true, new Status(404));

    assertEquals(Optional.empty(), registry.fetchManifest(v1(server), soon()));
  }

  @Test
  void fetchesAManifestByTagAndByDigest() throws Exception {
    var expected = new Content(IMAGE.mediaType(), Registries.manifest());

    assertEquals(expected, registry.fetchManifest(v1(server), soon()).get().content());
    assertEquals(expected, registry.fetchManifest(digested(server), soon()).get().content());
  }

  @Test
  void refusesAManifestOfAnotherDigest() throws Exception {
    server.failNext(request -> true, new CorruptBody());
    assertFault(Fault.MISMATCH, () -> registry.fetchManifest(digested(server), soon()));

    var lie = "sha256:" + "0".repeat(64);
    server.failNext(request -> true, new WrongHeader("Docker-Content-Digest", lie));
    assertFault(Fault.MISMATCH, () -> registry.fetchManifest(v1(server), soon()));
  }

  @Test
  void readsNoManifestOverFourMebibytes() {
    server.failNext(request -> true, new EndlessBody());

    var problem = assertFault(Fault.LIMIT, () -> registry.fetchManifest(v1(server), soon()));

    assertTrue(problem.contains("4194304"), problem);
  }

  @Test
  void fetchesABlobOfItsSizeAndDigestOnly() throws Exception {
    assertEquals(Optional.of(Bytes.copyOf(IMAGE.layer())), fetchLayer());

    server.failNext(Request::isBlob, new CorruptBody());
    assertFault(Fault.MISMATCH, this::fetchLayer);
    server.failNext(Request::isBlob, new EndlessBody());
    assertFault(Fault.MISMATCH, this::fetchLayer);
    server.failNext(Request::isBlob, new LieAboutLength(-1));
    assertFault(Fault.MISMATCH, this::fetchLayer);
    server.failNext(Request::isBlob, new Truncate(3));
    assertFault(Fault.UNREACHABLE, this::fetchLayer);
  }

  @Test
  void asksForNoBlobOverTheLimit() {
    assertFault(
        Fault.LIMIT,
        () -> registry.fetchBlob(v1(server).repository(), layer, (int) layer.size() - 1, soon()));

    assertEquals(List.of(), asked());
  }

  @Test
  void pushesABlobOnce() throws Exception {
    var blob = Bytes.utf8("new");

    registry.pushBlob(v1(server).repository(), blob, soon());
    registry.pushBlob(v1(server).repository(), blob, soon());

    assertEquals(List.of("HEAD", "POST", "PUT", "HEAD"), asked());
    assertTrue(registry.hasBlob(v1(server).repository(), Digest.of(blob), soon()));
  }

  @Test
  void pushesAManifestOnlyOverWhatWasRead() throws Exception {
    var old = registry.fetchManifest(v1(server), soon()).get();
    var index =
        new Content(
            MediaType.OCI_INDEX,
            Bytes.utf8(
                "{\"schemaVersion\":2,\"mediaType\":\""
                    + MediaType.OCI_INDEX
                    + "\",\"manifests\":[]}"));

    registry.pushManifest(v1(server), index, old.unchanged(), soon());

    assertEquals(index, registry.fetchManifest(v1(server), soon()).get().content());
    assertFault(
        Fault.CHANGED,
        () -> registry.pushManifest(v1(server), old.content(), old.unchanged(), soon()));
    registry.pushManifest(v1(server), old.content(), new Precondition.None(), soon());
    assertEquals(Optional.of(digested(server)), registry.resolve(v1(server), soon()));
  }

  @Test
  void saysWhatWasAskedAndWhatCameButNotTheBody() {
    server.failNext(request -> true, Status.of(403, "DENIED"));

    var problem = assertFault(Fault.UNAUTHORIZED, () -> registry.resolve(v1(server), soon()));

    var expected = "HEAD http://" + server.hostAndPort() + "/v2/a/b/manifests/v1: status 403";
    assertEquals(expected, problem);
    server.failNext(request -> true, Status.of(403, "DENIED"));
    var withCode =
        assertFault(Fault.UNAUTHORIZED, () -> registry.fetchManifest(v1(server), soon()));
    assertTrue(withCode.endsWith("status 403 DENIED"), withCode);
  }

  @Test
  void showsNothingOfAnErrorThatIsNoCode() {
    for (var code : List.of("denied: bad \\u001b[2J", "X".repeat(100), "<html>", "")) {
      server.failNext(request -> true, Status.of(500, code));

      var problem = assertFault(Fault.BROKEN, () -> registry.fetchManifest(v1(server), soon()));

      assertTrue(problem.endsWith("status 500"), problem);
    }
  }

  @Test
  void tellsFaultsApartByStatus() {
    var faults =
        java.util.Map.of(
            403,
            Fault.UNAUTHORIZED,
            408,
            Fault.OVERLOADED,
            429,
            Fault.OVERLOADED,
            500,
            Fault.BROKEN,
            503,
            Fault.BROKEN,
            410,
            Fault.REFUSED,
            206,
            Fault.REFUSED);
    faults.forEach((status, fault) -> {
      server.failNext(request -> true, new Status(status));
      assertFault(fault, () -> registry.fetchManifest(v1(server), soon()));
    });
  }

  @Test
  void triesAgainAfterAFaultThatPasses() throws Exception {
    var patient = new RemoteRegistry(ONCE.withRetry(new Retry(3, Duration.ofMillis(1))));
    try (patient) {
      server.failNext(request -> true, new Status(503));
      server.failNext(request -> true, Status.tooManyRequests(0));
      assertEquals(Optional.of(digested(server)), patient.resolve(v1(server), soon()));

      server.failAll(request -> true, new DropConnection());
      assertFault(Fault.UNREACHABLE, () -> patient.fetchManifest(v1(server), soon()));
    }
  }

  @Test
  void neverWaitsPastTheDeadline() {
    var patient = new RemoteRegistry(ONCE.withRetry(new Retry(3, Duration.ofMillis(1))));
    try (patient) {
      server.failAll(request -> true, Status.tooManyRequests(3_600));

      assertFault(Fault.OVERLOADED, () -> patient.resolve(v1(server), soon()));

      assertEquals(1, server.requests().size());
    }
  }

  @Test
  void doesNotRepeatAPushToATag() {
    var patient = new RemoteRegistry(ONCE.withRetry(new Retry(3, Duration.ofMillis(1))));
    try (patient) {
      server.failAll(request -> true, new Status(503));
      var content = new Content(IMAGE.mediaType(), Registries.manifest());

      assertFault(
          Fault.BROKEN,
          () -> patient.pushManifest(v1(server), content, new Precondition.None(), soon()));

      assertEquals(List.of("PUT"), asked());
    }
  }

  @Test
  void endsAStalledAndADribbledAnswerAtTheDeadline() {
    server.failAll(request -> true, new Stall());
    assertFault(Fault.LATE, () -> registry.resolve(v1(server), veryShort()));

    server.heal();
    server.failAll(request -> true, new Dribble(Duration.ofMillis(50)));
    assertFault(Fault.LATE, () -> registry.fetchManifest(v1(server), veryShort()));
  }

  @Test
  void asksOverOneConnectionAndFindsADeadOneOut() throws Exception {
    registry.resolve(v1(server), soon());
    server.failNext(request -> true, new DropConnection());

    // The kept connection ends without an answer: the question goes over a fresh one.
    assertEquals(Optional.of(digested(server)), registry.resolve(v1(server), soon()));
  }

  @Test
  void worksWithoutETags() throws Exception {
    try (var plain = Registries.start(InProcessOptions.DEFAULT.withQuirks(Quirk.NO_IF_MATCH))) {
      var fetched = registry.fetchManifest(v1(plain), soon()).get();

      assertEquals(new Precondition.None(), fetched.unchanged());
    }
  }

  @Test
  void letsNoMoreExchangesThroughThanSaid() throws Exception {
    var narrow = new RemoteRegistry(ONCE.withConnections(Connections.DEFAULT.withPerHost(1)));
    try (narrow) {
      narrow.resolve(v1(server), soon());
      server.forgetRequests();
      var stall = new Stall();
      server.failNext(request -> true, stall);
      var first = Thread.ofVirtual().start(() -> resolveQuietly(narrow));
      stall.awaitArrival();

      assertFault(Fault.LATE, () -> narrow.resolve(v1(server), veryShort()));

      assertEquals(0, server.requests().size());
      stall.release();
      first.join();
      assertEquals(Optional.of(digested(server)), narrow.resolve(v1(server), soon()));
    }
  }

  private void resolveQuietly(RemoteRegistry narrow) {
    try {
      var unused = narrow.resolve(v1(server), soon());
    } catch (RegistryException e) {
      throw new AssertionError(e);
    }
  }
}
