package dev.countersign.attachment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.attachment.Attachments.Attached;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.key.SoftwareKey;
import dev.countersign.oci.Content;
import dev.countersign.oci.Digest;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.Manifest;
import dev.countersign.oci.MediaType;
import dev.countersign.oci.Repository;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.registry.RemoteRegistry;
import dev.countersign.registry.Retry;
import dev.countersign.sign.Signer;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Envelope;
import dev.countersign.signature.Evidence;
import dev.countersign.signature.Evidence.Gap;
import dev.countersign.signature.Signature;
import dev.countersign.signature.Statement;
import dev.countersign.testkit.Fault;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.Quirk;
import dev.countersign.testkit.TestImage;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Bundles beside an image, in registries of several kinds.
class BundleAttachmentsTest {
  private static final SoftwareKey KEY = SoftwareKey.generate(new SecureRandom());
  private static final SoftwareKey OTHER_KEY = SoftwareKey.generate(new SecureRandom());
  private static final Instant CREATED = Instant.parse("2026-11-25T10:00:00.5Z");
  private static final String REPOSITORY = "acme/app";

  private final RemoteRegistry registry =
      new RemoteRegistry(RegistryOptions.DEFAULT.withRetry(Retry.NEVER));
  private final Attachments attachments = new Attachments(registry, new Place.BesideImage());
  private final TestImage content = TestImage.oci("app");
  private final Deadline deadline = Deadline.after(Duration.ofMinutes(1));
  private InProcessRegistry server = InProcessRegistry.start();
  private Digested image = push();

  BundleAttachmentsTest() throws IOException {}

  /// How registries keep a list of what refers to an image.
  enum Listing {
    API,
    API_OF_ONE_A_PAGE,
    NONE,
    ALWAYS_EMPTY
  }

  private void start(Listing listing) throws IOException {
    server.close();
    server =
        InProcessRegistry.start(
            switch (listing) {
              case API, ALWAYS_EMPTY -> InProcessOptions.DEFAULT;
              case API_OF_ONE_A_PAGE -> InProcessOptions.DEFAULT.withPageSize(1);
              case NONE ->
                  InProcessOptions.DEFAULT.withQuirks(
                      Quirk.NO_REFERRERS_API, Quirk.ACCEPTS_MISSING_CONTENT);
            });
    listNothingIfSo(listing);
    image = push();
  }

  private Digested push() {
    content.pushTo(server, REPOSITORY, "v1");
    return new Repository(server.hostAndPort(), REPOSITORY).digest(digest(content));
  }

  @AfterEach
  void stop() {
    registry.close();
    server.close();
  }

  @ParameterizedTest
  @EnumSource(Listing.class)
  void findsWhatWasAttachedHoweverTheRegistryLists(Listing listing) throws IOException {
    start(listing);
    assertEquals(Attached.ADDED, attach(KEY, Map.of()));
    assertEquals(Attached.ADDED, attach(OTHER_KEY, Map.of()));
    assertEquals(Attached.ADDED, attach(KEY, Map.of("n", "1")));

    var evidence = find();

    assertEquals(3, bundles(evidence).size());
    assertEquals(List.of(), evidence.gaps());
  }

  @ParameterizedTest
  @EnumSource(Listing.class)
  void attachesTheSameStatementOfAKeyOnce(Listing listing) throws IOException {
    start(listing);
    attach(KEY, Map.of("a", "1", "b", "2"));

    assertEquals(Attached.ALREADY_THERE, attach(KEY, Map.of("b", "2", "a", "1")));
    assertEquals(1, bundles(find()).size());
  }

  /// As cosign 3.1 writes it, byte for byte but for key, time and size.
  @Test
  void writesTheManifestThatCosignWrites() throws IOException, FormatException {
    attach(KEY, Map.of());
    var referrer = attachments.referrers(image, deadline).manifests().getFirst();
    var manifest =
        new String(server.manifest(REPOSITORY, referrer.digest().toString()).orElseThrow(), UTF_8);
    var bundle = new Signer(KEY, Map.of()).bundle(image).toBytes();

    assertEquals(
        ("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
             + "\"config\":{\"mediaType\":\"application/vnd.oci.empty.v1+json\",\"size\":2,"
             + "\"digest\":\"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\","
             + "\"artifactType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\"},"
             + "\"layers\":[{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\","
             + "\"size\":%d,\"digest\":\"%s\"}],"
             + "\"annotations\":{\"dev.sigstore.bundle.content\":\"dsse-envelope\","
             + "\"dev.sigstore.bundle.predicateType\":\"https://sigstore.dev/cosign/sign/v1\","
             + "\"org.opencontainers.image.created\":\"2026-11-25T10:00:00Z\"},"
             + "\"subject\":{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
             + "\"size\":%d,\"digest\":\"%s\"},"
             + "\"artifactType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\"}")
            .formatted(bundle.size(), Digest.of(bundle), content.manifest().length, image.digest()),
        manifest);
  }

  @Test
  void findsBothForms() throws IOException {
    var signer = new Signer(OTHER_KEY, Map.of());
    attachments.attach(image, signer.sign(image), OTHER_KEY.publicKey(), deadline);
    attach(KEY, Map.of());

    var signatures = find().signatures();

    assertInstanceOf(Signature.Simple.class, signatures.get(0));
    assertInstanceOf(Signature.Bundled.class, signatures.get(1));
    assertEquals(2, signatures.size());
  }

  /// cosign writes the configuration's type for the artifact's, and no annotations.
  @Test
  void readsAnIndexWhoseArtifactTypesAreWrong() throws IOException, FormatException {
    start(Listing.NONE);
    attach(KEY, Map.of());
    var right = new String(server.manifest(REPOSITORY, indexTag()).orElseThrow(), UTF_8);
    var wrong =
        right
            .replaceAll(",\"annotations\":\\{[^}]*\\}", "")
            .replace(Bundle.MEDIA_TYPE, "application/vnd.oci.empty.v1+json");
    server.putManifest(REPOSITORY, indexTag(), MediaType.OCI_INDEX, wrong.getBytes(UTF_8));

    assertEquals(1, bundles(find()).size());
  }

  /// cosign's `copy` puts the image itself where the index belongs.
  @Test
  void takesTheImageItselfAtTheIndexTagForNothing() throws IOException {
    start(Listing.NONE);
    server.putManifest(REPOSITORY, indexTag(), MediaType.OCI_MANIFEST, content.manifest());

    assertEquals(Evidence.NONE, find());
    assertEquals(Attached.ADDED, attach(KEY, Map.of()));
    assertEquals(1, bundles(find()).size());
  }

  @Test
  void overwritesNoOtherImageAtTheIndexTag() throws IOException {
    start(Listing.NONE);
    var other = TestImage.oci("other");
    other.pushTo(server, REPOSITORY, indexTag());

    assertThrows(IOException.class, () -> attach(KEY, Map.of()));
    assertEquals(other.digest(), server.digest(REPOSITORY, indexTag()).orElseThrow());
    assertEquals(Evidence.NONE, find());
  }

  @Test
  void keepsAllThatOthersWroteIntoTheIndex() throws IOException {
    start(Listing.NONE);
    var others =
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\","
            + "\"manifests\":[{\"mediaType\":\"x/y\",\"size\":1,\"digest\":\"sha256:"
            + "0".repeat(64)
            + "\",\"platform\":{\"os\":\"linux\",\"architecture\":\"arm\"},\"urls\":[\"u\"]}],"
            + "\"annotations\":{\"k\":\"v\"},\"unknown\":[1.50]}";
    server.putManifest(REPOSITORY, indexTag(), MediaType.OCI_INDEX, others.getBytes(UTF_8));

    attach(KEY, Map.of());

    var now = new String(server.manifest(REPOSITORY, indexTag()).orElseThrow(), UTF_8);
    assertTrue(now.startsWith(others.substring(0, others.indexOf("],\"annotations\""))), now);
    assertTrue(now.endsWith("],\"annotations\":{\"k\":\"v\"},\"unknown\":[1.50]}"), now);
  }

  @Test
  void appendsAgainWhatARacingWriterTookOutOfTheIndex() throws IOException {
    start(Listing.NONE);
    attach(OTHER_KEY, Map.of());
    var others = server.manifest(REPOSITORY, indexTag()).orElseThrow();
    var races = new ArrayList<>(List.of(1, 2, 3));
    server.afterManifestPut(() -> {
      if (!races.isEmpty()) {
        races.removeLast();
        server.putManifest(REPOSITORY, indexTag(), MediaType.OCI_INDEX, others);
      }
    });

    assertEquals(Attached.ADDED, attach(KEY, Map.of()));

    assertEquals(2, bundles(find()).size());
  }

  /// cosign answers "no signatures found" to all of these.
  @Test
  void reportsAListThatFailsAsAGap() throws IOException {
    attach(KEY, Map.of());
    for (var fault :
        List.of(
            new Fault.Status(500),
            new Fault.Status(403),
            new Fault.Status(405),
            new Fault.Status(400),
            new Fault.Status(429),
            new Fault.Status(200, Map.of("Content-Type", "text/html"), "<html>hello</html>"),
            new Fault.Status(200, Map.of("Content-Type", MediaType.OCI_INDEX), "<html></html>"),
            Fault.wrongContentType("application/json"),
            new Fault.DropConnection(),
            new Fault.Truncate(5))) {
      server.failAll(request -> request.path().contains("/referrers/"), fault);

      var evidence = find();
      server.heal();

      assertEquals(List.of(), evidence.signatures(), fault.toString());
      assertInstanceOf(Gap.Fault.class, evidence.gaps().getFirst(), fault.toString());
    }
  }

  @Test
  void saysThatTheIndexCannotBeRead() throws IOException {
    start(Listing.NONE);
    server.putManifest(
        REPOSITORY, indexTag(), MediaType.OCI_INDEX, "{\"manifests\":0}".getBytes(UTF_8));

    var gap = find().gaps().getFirst();

    assertInstanceOf(Gap.Unreadable.class, gap);
    assertTrue(gap.text().contains(indexTag()), gap.text());
  }

  @Test
  void readsTheIndexThoughTheListFails() throws IOException {
    start(Listing.NONE);
    attach(KEY, Map.of());
    server.failAll(request -> request.path().contains("/referrers/"), new Fault.Status(500));

    var evidence = find();

    assertEquals(1, bundles(evidence).size());
    assertInstanceOf(Gap.Fault.class, evidence.gaps().getFirst());
  }

  @Test
  void signsNothingWhenItCannotSeeWhatIsThere() {
    server.failAll(request -> request.path().contains("/referrers/"), new Fault.Status(500));

    assertThrows(IOException.class, () -> attach(KEY, Map.of()));
    server.heal();
    assertEquals(Evidence.NONE, find());
  }

  @ParameterizedTest
  @EnumSource(Listing.class)
  void leavesTheImageUnsignedWhenAPushFailsAndASecondRunCompletes(Listing listing)
      throws IOException {
    start(listing);
    for (int failing = 1; failing <= (listing == Listing.API ? 3 : 4); failing++) {
      var puts = new ArrayList<String>();
      int last = failing;
      server.failAll(
          request -> request.method().equals("PUT") && fails(puts, request.path(), last),
          new Fault.Status(500));
      try {
        attach(KEY, Map.of());
      } catch (IOException e) {
        heal(listing);
        assertEquals(List.of(), bundles(find()));
        continue;
      }
      heal(listing);
      break;
    }
    attach(KEY, Map.of());

    assertEquals(1, bundles(find()).size());
  }

  private static boolean fails(List<String> puts, String path, int last) {
    puts.add(path);
    return puts.size() >= last;
  }

  private void listNothingIfSo(Listing listing) {
    if (listing == Listing.ALWAYS_EMPTY) {
      var empty = new Manifest.Index(List.of()).toContent();
      server.failAll(
          request -> request.path().contains("/referrers/"),
          new Fault.Status(200, Map.of("Content-Type", empty.mediaType()), text(empty.bytes())));
    }
  }

  /// Healed, but for the list that is always empty.
  private void heal(Listing listing) {
    server.heal();
    listNothingIfSo(listing);
  }

  @Test
  void passesOverWhatIsNoBundle() throws IOException {
    refer(
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
            + "\"config\":{\"mediaType\":\"x/y\",\"size\":2,\"digest\":\""
            + Digest.of(Bytes.utf8("{}"))
            + "\"},\"layers\":[{\"mediaType\":\"application/spdx+json\",\"size\":2,\"digest\":\""
            + Digest.of(Bytes.utf8("{}"))
            + "\"}],"
            + subject()
            + "}");
    attach(KEY, Map.of());

    var evidence = find();

    assertEquals(1, evidence.signatures().size());
    assertEquals(List.of(), evidence.gaps());
  }

  @Test
  void keepsABundleThatCannotBeReadAsMalformed() throws IOException {
    for (var bundle :
        List.of(
            "not json",
            "{\"extra\":1}",
            "{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.4+json\"}")) {
      start(Listing.API);
      refer(manifest(Bundle.MEDIA_TYPE, bundle));

      var signature = assertInstanceOf(Signature.Malformed.class, find().signatures().getFirst());
      assertTrue(signature.problem().startsWith("bundle sha256:"), signature.problem());
    }
  }

  /// A manifest says that it is a bundle by its layer, not by its own types, which may be missing.
  @Test
  void findsABundleInAManifestWithoutTypesAndAnnotations() throws IOException, FormatException {
    var bundle = new Signer(KEY, Map.of()).bundle(image).toBytes().toUtf8();
    refer(manifest("application/vnd.dev.sigstore.bundle+json;version=0.3", bundle));

    assertEquals(1, bundles(find()).size());
  }

  @Test
  void takesAManifestThatIsListedAndNotThereForMalformed() throws IOException {
    start(Listing.NONE);
    attach(KEY, Map.of());
    var listed = attachments.referrers(image, deadline).manifests().getFirst();
    server.deleteManifest(REPOSITORY, listed.digest().toString());

    assertInstanceOf(Signature.Malformed.class, find().signatures().getFirst());
  }

  @Test
  void looksIntoNoMoreManifestsThanItSays() throws IOException {
    for (int i = 0; i <= ReferrerSearch.MAX_MANIFESTS; i++) {
      refer(manifest("application/spdx+json", "{\"n\":" + i + "}"));
    }
    attach(KEY, Map.of());

    var evidence = find();

    assertInstanceOf(Gap.Limit.class, evidence.gaps().getFirst());
    assertTrue(evidence.gaps().getFirst().text().contains("200 of 202"), evidence.gaps()::toString);
  }

  /// A large attestation is not looked at for a signature, and hides none.
  @Test
  void passesOverALargeBundleThatSaysItIsAnAttestation() throws IOException {
    var large = new byte[Kind.SIGNATURE.maxBytes() + 1];
    server.putBlob(REPOSITORY, large);
    var layer = Digest.of(Bytes.copyOf(large));
    var annotated =
        "\"annotations\":{\"dev.sigstore.bundle.predicateType\":\"https://spdx.dev/Document\"},";
    for (var annotations : List.of(annotated, "")) {
      refer(
          "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
              + "\"config\":{\"mediaType\":\"x/y\",\"size\":2,\"digest\":\""
              + Digest.of(Bytes.utf8("{}"))
              + "\"},\"layers\":[{\"mediaType\":\"application/vnd.dev.sigstore.bundle.v0.3+json\","
              + "\"size\":"
              + large.length
              + ",\"digest\":\""
              + layer
              + "\"}],"
              + annotations
              + subject()
              + "}");

      var evidence = find();

      assertEquals(annotations.isEmpty() ? 1 : 0, evidence.gaps().size());
    }
  }

  /// What does not depend on each other is asked at the same time.
  @Test
  void asksForTheListAndTheTagTogether() throws Exception {
    attach(KEY, Map.of());
    var list = new Fault.Stall();
    var tag = new Fault.Stall();
    server.failAll(request -> request.path().contains("/referrers/"), list);
    server.failAll(request -> request.path().endsWith(".sig"), tag);
    var finding = new java.util.concurrent.FutureTask<>(this::find);
    Thread.ofVirtual().start(finding);

    list.awaitArrival();
    tag.awaitArrival();
    list.release();
    tag.release();

    assertEquals(1, bundles(finding.get()).size());
  }

  @ParameterizedTest
  @EnumSource(Listing.class)
  void asksNoMoreThanItMust(Listing listing) throws IOException {
    start(listing);
    find();
    server.forgetRequests();
    assertEquals(Evidence.NONE, find());
    assertEquals(3, server.requests().size());

    attach(KEY, Map.of());
    server.forgetRequests();
    assertEquals(1, bundles(find()).size());

    var isListed = listing == Listing.API || listing == Listing.API_OF_ONE_A_PAGE;
    assertEquals(isListed ? 4 : 5, server.requests().size(), () -> server.requests().toString());
  }

  @ParameterizedTest
  @EnumSource(Listing.class)
  void asksFourTimesForASignatureInTagForm(Listing listing) throws IOException {
    start(listing);
    var signer = new Signer(KEY, Map.of());
    attachments.attach(image, signer.sign(image), KEY.publicKey(), deadline);
    server.forgetRequests();

    assertEquals(1, find().signatures().size());

    assertEquals(4, server.requests().size(), () -> server.requests().toString());
  }

  @Test
  void findsAttestationsInBothForms() throws IOException, FormatException {
    var signer = new Signer(KEY, Map.of());
    var statement =
        Statement.attestation(
            Statement.Subject.of("app", image.digest()),
            "https://spdx.dev/Document",
            Bytes.utf8("{}"));
    attachments.attach(image, signer.envelope(statement), statement.predicateType(), deadline);
    attachments.attach(image, signer.bundle(statement), KEY.publicKey(), CREATED, deadline);

    var found = attachments.find(image, Kind.ATTESTATION, deadline).signatures();

    assertInstanceOf(Signature.Attested.class, found.get(0));
    assertInstanceOf(Signature.Bundled.class, found.get(1));
    found.forEach(one ->
        assertEquals(Optional.of("https://spdx.dev/Document"), one.unverifiedPredicateType()));
  }

  @Test
  void replacesTheAttestationsOfOneTypeWhoeverMadeThem() throws IOException, FormatException {
    for (var key : List.of(KEY, OTHER_KEY)) {
      attachEnvelope(key, "https://spdx.dev/Document", "{}");
      attachEnvelope(key, "https://e.x/y", "{}");
    }

    var replacement = envelope(KEY, "https://spdx.dev/Document", "{\"new\":true}");
    attachments.replace(image, replacement, "https://spdx.dev/Document", deadline);
    attachments.replace(image, replacement, "https://spdx.dev/Document", deadline);

    assertEquals(
        List.of(
            new Signature.Attested(envelope(KEY, "https://e.x/y", "{}"), Optional.empty()),
            new Signature.Attested(envelope(OTHER_KEY, "https://e.x/y", "{}"), Optional.empty()),
            new Signature.Attested(replacement, Optional.empty())),
        attachments.find(image, Kind.ATTESTATION, deadline).signatures());
  }

  @Test
  void replacesNothingWhereNothingIs() throws IOException, FormatException {
    var only = envelope(KEY, "https://spdx.dev/Document", "{}");

    attachments.replace(image, only, "https://spdx.dev/Document", deadline);

    assertEquals(
        List.of(new Signature.Attested(only, Optional.empty())),
        attachments.find(image, Kind.ATTESTATION, deadline).signatures());
  }

  @Test
  void storesTheSameAttestationInTagFormOnce() throws IOException, FormatException {
    assertEquals(Attached.ADDED, attachEnvelope(KEY, "https://e.x/y", "{}"));
    assertEquals(Attached.ALREADY_THERE, attachEnvelope(KEY, "https://e.x/y", "{}"));
    assertEquals(Attached.ADDED, attachEnvelope(KEY, "https://e.x/y", "{\"n\":1}"));
  }

  private Envelope envelope(SoftwareKey key, String type, String predicate)
      throws IOException, FormatException {
    var subject = Statement.Subject.of("app", image.digest());
    return new Signer(key, Map.of())
        .envelope(Statement.attestation(subject, type, Bytes.utf8(predicate)));
  }

  private Attached attachEnvelope(SoftwareKey key, String type, String predicate)
      throws IOException, FormatException {
    return attachments.attach(image, envelope(key, type, predicate), type, deadline);
  }

  private Attached attach(SoftwareKey key, Map<String, String> annotations) throws IOException {
    var signer = new Signer(key, annotations);
    return attachments.attach(image, signer.bundle(image), key.publicKey(), CREATED, deadline);
  }

  private Evidence find() {
    return attachments.find(image, Kind.SIGNATURE, deadline);
  }

  private static List<Signature> bundles(Evidence evidence) {
    return evidence.signatures().stream().filter(Signature.Bundled.class::isInstance).toList();
  }

  private String indexTag() {
    return "sha256-" + image.digest().hex();
  }

  private String manifest(String layerType, String layer) {
    server.putBlob(REPOSITORY, layer.getBytes(UTF_8));
    return "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
        + "\"config\":{\"mediaType\":\"x/y\",\"size\":2,\"digest\":\""
        + Digest.of(Bytes.utf8("{}"))
        + "\"},\"layers\":[{\"mediaType\":\""
        + layerType
        + "\",\"size\":"
        + layer.getBytes(UTF_8).length
        + ",\"digest\":\""
        + Digest.of(Bytes.utf8(layer))
        + "\"}],"
        + subject()
        + "}";
  }

  private String subject() {
    return "\"subject\":{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"size\":"
        + content.manifest().length
        + ",\"digest\":\""
        + image.digest()
        + "\"}";
  }

  private void refer(String manifest) {
    var bytes = Bytes.utf8(manifest);
    var digest = new Content(MediaType.OCI_MANIFEST, bytes).digest().toString();
    server.putManifest(REPOSITORY, digest, MediaType.OCI_MANIFEST, bytes.toArray());
  }

  private static Digest digest(TestImage image) {
    return Digest.of(Bytes.copyOf(image.manifest()));
  }

  private static String text(Bytes bytes) {
    return new String(bytes.toArray(), UTF_8);
  }
}
