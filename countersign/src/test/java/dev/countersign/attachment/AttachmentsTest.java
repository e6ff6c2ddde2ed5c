package dev.countersign.attachment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.attachment.Attachments.Attached;
import dev.countersign.format.Bytes;
import dev.countersign.key.SoftwareKey;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.Digest;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.MediaType;
import dev.countersign.oci.Repository;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.registry.RemoteRegistry;
import dev.countersign.registry.Retry;
import dev.countersign.sign.Signer;
import dev.countersign.signature.Evidence;
import dev.countersign.signature.Evidence.Gap;
import dev.countersign.signature.Signature;
import dev.countersign.signature.SimpleSigning;
import dev.countersign.testkit.Fault;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.Quirk;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AttachmentsTest {
  private static final SoftwareKey KEY = SoftwareKey.generate(new SecureRandom());
  private static final SoftwareKey OTHER_KEY = SoftwareKey.generate(new SecureRandom());
  private static final String OCI = MediaType.OCI_MANIFEST;

  private final InProcessRegistry server;
  private final RemoteRegistry registry;
  private final Attachments attachments;
  private final Digested image;
  private final Deadline deadline = Deadline.after(Duration.ofMinutes(1));

  AttachmentsTest() throws IOException {
    server =
        InProcessRegistry.start(InProcessOptions.DEFAULT.withQuirks(Quirk.ACCEPTS_MISSING_CONTENT));
    registry = new RemoteRegistry(RegistryOptions.DEFAULT.withRetry(Retry.NEVER));
    attachments = new Attachments(registry, new Place.BesideImage());
    image = new Repository(server.hostAndPort(), "acme/app").digest(Digest.of(Bytes.utf8("image")));
  }

  @BeforeEach
  void pushTheImage() {
    server.putBlob("acme/app", new byte[0]);
  }

  @AfterEach
  void stop() {
    registry.close();
    server.close();
  }

  @Test
  void findsNothingBesideAnUnsignedImage() {
    assertEquals(Evidence.NONE, attachments.find(image, Kind.SIGNATURE, deadline));
  }

  @Test
  void findsWhatWasAttachedInOrder() throws IOException {
    assertEquals(Attached.ADDED, attach(KEY));
    assertEquals(Attached.ADDED, attach(OTHER_KEY));

    var signatures = find().signatures();

    assertEquals(List.of(KEY.publicKey(), OTHER_KEY.publicKey()), signers(signatures));
    assertEquals(List.of(), find().gaps());
  }

  @Test
  void fetchesOneBlobForTwoSignaturesOfOnePayload() throws IOException {
    attach(KEY);
    attach(OTHER_KEY);
    server.forgetRequests();

    find();

    assertEquals(1, server.requests().stream().filter(r -> r.path().contains("/blobs/")).count());
  }

  @Test
  void attachesNothingTwice() throws IOException {
    attach(KEY);
    var before = server.manifest("acme/app", tag()).orElseThrow();

    assertEquals(Attached.ALREADY_THERE, attach(KEY));
    assertEquals(new String(before, UTF_8), new String(manifest(), UTF_8));
  }

  @Test
  void attachesTheSameKeyAgainForOtherAnnotations() throws IOException {
    attach(KEY);

    var annotated = new Signer(KEY, Map.of("env", "prod"));
    attachments.attach(image, annotated.sign(image), KEY.publicKey(), deadline);

    assertEquals(2, find().signatures().size());
  }

  @Test
  void keepsTheAnnotationsOfSignaturesThatWereThere() throws IOException {
    var payload = push("{}");
    var foreign =
        new Descriptor("x/y", payload.size(), payload.digest(), Map.of("k", "v", "l", "w"));
    put(new TagManifest(List.of(foreign)));

    attach(KEY);

    assertTrue(TagManifestTest.layers(manifest()).contains(foreign));
  }

  @Test
  void appendsAgainWhatARacingWriterOverwrote() throws IOException {
    attach(OTHER_KEY);
    var others = manifest();
    var races = new ArrayList<>(List.of(1, 2, 3));
    server.afterManifestPut(() -> {
      if (!races.isEmpty()) {
        races.removeLast();
        server.putManifest("acme/app", tag(), OCI, others);
      }
    });

    assertEquals(Attached.ADDED, attach(KEY));

    assertEquals(2, find().signatures().size());
  }

  @Test
  void namesWhatIsMissingWhenOtherWritersAlwaysWin() throws IOException {
    attach(OTHER_KEY);
    var others = manifest();
    server.afterManifestPut(() -> server.putManifest("acme/app", tag(), OCI, others));

    var failure = assertThrows(IOException.class, () -> attach(KEY, "lost"));

    var payload = new Signer(KEY, Map.of("n", "lost")).sign(image).payloadDigest();
    assertTrue(String.valueOf(failure.getMessage()).contains(payload.toString()));
  }

  @Test
  void overwritesNothingThatIsNoSignatureManifest() {
    var index =
        "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":[]}";
    server.putManifest("acme/app", tag(), MediaType.OCI_INDEX, index.getBytes(UTF_8));

    assertThrows(IOException.class, () -> attach(KEY));
    assertInstanceOf(Signature.Malformed.class, find().signatures().getFirst());
  }

  @Test
  void reportsAFaultAsAGapAndNeverAsNoSignature() throws IOException {
    attach(KEY);
    for (var fault :
        List.of(
            new Fault.Status(500),
            new Fault.Status(403),
            new Fault.Status(429),
            new Fault.DropConnection(),
            new Fault.Truncate(5),
            new Fault.CorruptBody())) {
      server.failAll(r -> r.path().contains("/manifests/"), fault);

      var evidence = find();
      server.heal();

      assertInstanceOf(Gap.Fault.class, evidence.gaps().getFirst(), fault.toString());
    }
  }

  @Test
  void readsTheOtherPayloadsWhenOneIsAbsentOrFails() throws IOException {
    var absent = new Descriptor("x/y", 4, Digest.of(Bytes.utf8("gone")), annotation());
    put(new TagManifest(List.of(absent)));
    attach(KEY);
    attach(OTHER_KEY, "failing");
    var failing = new Signer(OTHER_KEY, Map.of("n", "failing")).sign(image).payloadDigest();
    server.failAll(r -> r.path().endsWith(failing.toString()), new Fault.Status(500));

    var evidence = find();

    assertInstanceOf(Signature.Malformed.class, evidence.signatures().get(0));
    assertInstanceOf(Signature.Simple.class, evidence.signatures().get(1));
    assertEquals(2, evidence.signatures().size());
    assertInstanceOf(Gap.Fault.class, evidence.gaps().getFirst());
  }

  @Test
  void keepsALayerWithoutOrWithBrokenSignatureAsMalformed() throws IOException {
    var payload = push("{}");
    var none = new Descriptor("x/y", payload.size(), payload.digest());
    var broken =
        new Descriptor(
            "x/y",
            payload.size(),
            payload.digest(),
            Map.of("dev.cosignproject.cosign/signature", "***"));
    put(new TagManifest(List.of(none, broken)));

    var signatures = find().signatures();

    signatures.forEach(signature -> assertInstanceOf(Signature.Malformed.class, signature));
    assertEquals(2, signatures.size());
  }

  @Test
  void readsNoMoreThanAThousandSignaturesAndSaysSo() throws IOException {
    var payload = push("{}");
    var layers = new ArrayList<Descriptor>();
    for (int i = 0; i <= Layers.MAX_LAYERS; i++) {
      layers.add(
          new Descriptor("x/y", payload.size(), payload.digest(), Map.of("n", String.valueOf(i))));
    }
    put(new TagManifest(layers));

    var evidence = find();

    assertEquals(Layers.MAX_LAYERS, evidence.signatures().size());
    assertInstanceOf(Gap.Limit.class, evidence.gaps().getFirst());
  }

  @Test
  void skipsAPayloadThatIsAnnouncedAsTooLargeAndReadsTheNext() throws IOException {
    var huge = new Descriptor("x/y", 10L << 30, Digest.of(Bytes.utf8("huge")), annotation());
    put(new TagManifest(List.of(huge)));
    attach(KEY);

    var evidence = find();

    assertInstanceOf(Signature.Simple.class, evidence.signatures().getFirst());
    assertInstanceOf(Gap.Limit.class, evidence.gaps().getFirst());
  }

  @Test
  void looksElsewhereWhenToldSo() throws IOException {
    var elsewhere =
        new Attachments(
            registry, new Place.Elsewhere(new Repository(server.hostAndPort(), "signatures")));
    var signer = new Signer(KEY, Map.of());

    elsewhere.attach(image, signer.sign(image), KEY.publicKey(), deadline);

    assertEquals(Evidence.NONE, find());
    assertEquals(1, elsewhere.find(image, Kind.SIGNATURE, deadline).signatures().size());
  }

  private Attached attach(SoftwareKey key) throws IOException {
    var signer = new Signer(key, Map.of());
    return attachments.attach(image, signer.sign(image), key.publicKey(), deadline);
  }

  private Attached attach(SoftwareKey key, String annotation) throws IOException {
    var signer = new Signer(key, Map.of("n", annotation));
    return attachments.attach(image, signer.sign(image), key.publicKey(), deadline);
  }

  private Evidence find() {
    return attachments.find(image, Kind.SIGNATURE, deadline);
  }

  private String tag() {
    return attachments.tag(image, Kind.SIGNATURE).tag();
  }

  private byte[] manifest() {
    return server.manifest("acme/app", tag()).orElseThrow();
  }

  private void put(TagManifest manifest) {
    server.putBlob("acme/app", manifest.config().orElseThrow().toArray());
    server.putManifest("acme/app", tag(), OCI, manifest.toContent().bytes().toArray());
  }

  private Descriptor push(String payload) {
    server.putBlob("acme/app", payload.getBytes(UTF_8));
    return new Descriptor("x/y", payload.length(), Digest.of(Bytes.utf8(payload)));
  }

  private static Map<String, String> annotation() {
    return Map.of("dev.cosignproject.cosign/signature", "c2ln");
  }

  private static List<Object> signers(List<Signature> signatures) {
    var signers = new ArrayList<Object>();
    for (var signature : signatures) {
      for (var key : List.of(KEY, OTHER_KEY)) {
        if (opens(assertInstanceOf(Signature.Simple.class, signature).sealed(), key)) {
          signers.add(key.publicKey());
        }
      }
    }
    return signers;
  }

  private static boolean opens(SimpleSigning.Sealed sealed, SoftwareKey key) {
    return key.publicKey().verify(sealed.unverifiedPayload(), sealed.signature()).isPresent();
  }
}
