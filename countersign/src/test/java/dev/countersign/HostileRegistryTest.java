package dev.countersign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.Bytes;
import dev.countersign.key.SoftwareKey;
import dev.countersign.oci.Digest;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.MediaType;
import dev.countersign.oci.Repository;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Requirement;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.registry.RemoteRegistry;
import dev.countersign.registry.Retry;
import dev.countersign.sign.Signer;
import dev.countersign.testkit.Fault;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.LoggedRequest;
import dev.countersign.testkit.Quirk;
import dev.countersign.testkit.Request;
import dev.countersign.testkit.TestImage;
import dev.countersign.verify.Authority;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A registry that lies, floods, stalls and sends in circles, at each place that is asked. An image
/// that nobody signed is never allowed, one that is proven elsewhere stays so, and all ends by the
/// deadline.
@Timeout(60)
class HostileRegistryTest {
  private static final SoftwareKey KEY = SoftwareKey.generate(new SecureRandom());
  private static final Requirement BY_KEY =
      Requirement.anyOf(new Authority.Key("release", KEY.publicKey()));
  private static final String REPOSITORY = "acme/app";

  private final InProcessRegistry server =
      InProcessRegistry.start(InProcessOptions.DEFAULT.withQuirks(Quirk.ACCEPTS_MISSING_CONTENT));
  private final RemoteRegistry registry =
      new RemoteRegistry(RegistryOptions.DEFAULT.withRetry(Retry.NEVER));
  private final ImageSigner signer = new ImageSigner(registry);
  private final Signer key = new Signer(KEY, Map.of());

  HostileRegistryTest() throws IOException {}

  @AfterEach
  void stop() {
    registry.close();
    server.close();
  }

  /// The places that are asked about an image.
  enum Place {
    LIST,
    INDEX_TAG,
    REFERRER,
    SIGNATURE_TAG,
    BLOB;

    boolean is(Request request) {
      var path = request.path();
      return switch (this) {
        case LIST -> path.contains("/referrers/");
        case INDEX_TAG -> path.matches(".*/manifests/sha256-[0-9a-f]{64}");
        case REFERRER -> path.contains("/manifests/sha256:");
        case SIGNATURE_TAG -> path.endsWith(".sig");
        case BLOB -> path.contains("/blobs/");
      };
    }
  }

  static List<Arguments> lies() {
    var lies =
        List.of(
            new Fault.CorruptBody(),
            new Fault.EndlessBody(),
            new Fault.LieAboutLength(1),
            new Fault.LieAboutLength(-1),
            new Fault.LieAboutLength(Integer.MAX_VALUE / 2),
            new Fault.Truncate(10),
            new Fault.Dribble(Duration.ofSeconds(1)),
            new Fault.DropConnection(),
            new Fault.Status(500),
            new Fault.Status(401, Map.of("WWW-Authenticate", "Basic realm=\"r\""), ""),
            new Fault.Status(200, Map.of("Content-Type", MediaType.OCI_INDEX), "null"),
            new Fault.Status(200, Map.of("Content-Type", MediaType.OCI_INDEX), deep()),
            Fault.Status.tooManyRequests(3_600));
    var cells = new ArrayList<Arguments>();
    for (var place : Place.values()) {
      for (var lie : lies) {
        cells.add(Arguments.of(place, lie));
      }
    }
    return cells;
  }

  @ParameterizedTest
  @MethodSource("lies")
  void anUnsignedImageIsNeverAllowedAndAProvenOneStaysProven(Place place, Fault lie)
      throws IOException {
    var unsigned = push("unsigned");
    var tagged = push("in tag form");
    signer.signInTagForm(tagged, key, soon());
    var bundled = push("in bundle form");
    signer.sign(bundled, key, Instant.EPOCH, soon());
    server.failAll(place::is, lie);

    assertFalse(decide(unsigned) instanceof Decision.Allowed);
    assertTag(place, decide(tagged));
    assertBundle(place, decide(bundled));
  }

  /// What the tag form needs is its tag and its blob; nothing else can take its proof away.
  private static void assertTag(Place place, Decision decision) {
    switch (place) {
      case LIST, INDEX_TAG, REFERRER -> assertInstanceOf(Decision.Allowed.class, decision);
      case SIGNATURE_TAG, BLOB -> assertFalse(decision instanceof Decision.Allowed);
    }
  }

  private static void assertBundle(Place place, Decision decision) {
    switch (place) {
      case SIGNATURE_TAG, INDEX_TAG -> assertInstanceOf(Decision.Allowed.class, decision);
      case LIST, REFERRER, BLOB -> assertFalse(decision instanceof Decision.Allowed);
    }
  }

  /// CVE-2023-46737: endless lists of what is attached.
  @Test
  void endlessPagesEndAtALimitThatIsNamed_CVE_2023_46737() throws IOException {
    var image = push("flooded");
    flood(image, 10);

    var decision = decide(image);

    assertEquals("limit-reached", denial(decision));
    assertTrue(count(Place.LIST) <= 20, () -> count(Place.LIST) + " pages");
  }

  /// CVE-2023-46737, CVE-2024-29903: a hundred thousand entries, each to be fetched.
  @Test
  void aHundredThousandReferrersEndAtALimitThatIsNamed_CVE_2023_46737_CVE_2024_29903()
      throws IOException {
    var image = push("crowded");
    flood(image, 5_000);
    signer.signInTagForm(image, key, soon());
    server.forgetRequests();

    assertInstanceOf(Decision.Allowed.class, decide(image));
    assertEquals(1, count(Place.LIST));
    assertTrue(count(Place.REFERRER) <= 200, () -> count(Place.REFERRER) + " manifests");
  }

  @Test
  void aListOfMoreEntriesThanAreReadIsAFault() throws IOException {
    var image = push("overcrowded");
    server.failAll(
        Place.LIST::is,
        new Fault.Status(200, Map.of("Content-Type", MediaType.OCI_INDEX), index(10_001, 0)));

    assertInstanceOf(Decision.Undetermined.class, decide(image));
    assertEquals(0, count(Place.REFERRER));
  }

  /// CVE-2024-29902: what is announced as too large is not asked for.
  @Test
  void aManifestOfTenGigabytesIsNotAskedFor_CVE_2024_29902() throws IOException {
    var image = push("heavy");
    server.failAll(
        Place.LIST::is,
        new Fault.Status(200, Map.of("Content-Type", MediaType.OCI_INDEX), index(3, 10L << 30)));

    assertEquals("limit-reached", denial(decide(image)));
    assertEquals(0, count(Place.REFERRER));
  }

  @Test
  void aCircleOfRedirectsEnds() throws IOException {
    var image = push("circling");
    server.failAll(
        Place.LIST::is,
        new Fault.RedirectTo(server.uri().resolve("/v2/acme/app/referrers/" + image.digest())));

    assertInstanceOf(Decision.Undetermined.class, decide(image));
    assertTrue(count(Place.LIST) <= 6, () -> count(Place.LIST) + " requests");
  }

  @Test
  void aCircleOfChallengesEnds() throws IOException {
    var image = push("challenging");
    server.failAll(
        request -> true,
        new Fault.Status(
            401,
            Map.of(
                "WWW-Authenticate",
                "Bearer realm=\"" + server.uri() + "token\",service=\"s\",scope=\"x\""),
            ""));

    assertInstanceOf(Decision.Undetermined.class, decide(image));
    assertTrue(server.requests().size() <= 8, () -> server.requests().size() + " requests");
  }

  @Test
  void theNextPageLiesOnNoOtherHost() throws IOException {
    try (var elsewhere = InProcessRegistry.start()) {
      var image = push("leading away");
      server.failAll(
          Place.LIST::is,
          new Fault.Status(
              200,
              Map.of(
                  "Content-Type",
                  MediaType.OCI_INDEX,
                  "Link",
                  "<" + elsewhere.uri() + "v2/acme/app/referrers/x>; rel=\"next\""),
              index(0, 0)));

      assertInstanceOf(Decision.Undetermined.class, decide(image));
      assertEquals(List.of(), elsewhere.requests());
    }
  }

  /// CVE-2023-33959: bytes under another digest than they have. They would prove the image.
  @Test
  void aBundleUnderAnotherDigestIsNotRead_CVE_2023_33959() throws IOException {
    var image = push("signed");
    var referrer = signInBundleForm(image);
    assertInstanceOf(Decision.Allowed.class, decide(image));
    server.failAll(Place.REFERRER::is, new Fault.AlternateDigests(List.of(referrer)));
    server.failAll(
        Place.LIST::is,
        new Fault.Status(200, Map.of("Content-Type", MediaType.OCI_INDEX), index(1, 0)));

    assertInstanceOf(Decision.Undetermined.class, decide(image));
  }

  /// A signature of one image, put beside another: what was signed decides, not where it lies.
  @Test
  void aBundleOfAnotherImageProvesNothingWhereverItIsListed() throws IOException {
    var referrer = signInBundleForm(push("signed"));
    var victim = push("victim");
    var manifest = server.manifest(REPOSITORY, referrer).orElseThrow();
    var entry =
        "{\"mediaType\":\"%s\",\"size\":%d,\"digest\":\"%s\"}"
            .formatted(MediaType.OCI_MANIFEST, manifest.length, referrer);
    server.putManifest(
        REPOSITORY,
        "sha256-" + victim.digest().hex(),
        MediaType.OCI_INDEX,
        indexOf(entry).getBytes(UTF_8));

    assertEquals("no-matching-signature", denial(decide(victim)));
  }

  /// Signs `image` and returns the digest of the manifest that refers to it.
  private String signInBundleForm(Digested image) throws IOException {
    signer.sign(image, key, Instant.EPOCH, soon());
    return server.requests().stream()
        .filter(r -> r.method().equals("PUT") && r.path().contains("/manifests/sha256:"))
        .map(r -> r.path().substring(r.path().lastIndexOf('/') + 1))
        .toList()
        .getLast();
  }

  /// Pages of `entries` each, without an end.
  private void flood(Digested image, int entries) {
    server.failAll(
        Place.LIST::is,
        new Fault.Status(
            200,
            Map.of(
                "Content-Type",
                MediaType.OCI_INDEX,
                "Link",
                "</v2/acme/app/referrers/" + image.digest() + "?more=1>; rel=\"next\""),
            index(entries, 0)));
  }

  private Digested push(String name) {
    var image = TestImage.oci(name);
    image.pushTo(server, REPOSITORY, "v1");
    return new Repository(server.hostAndPort(), REPOSITORY)
        .digest(Digest.of(Bytes.copyOf(image.manifest())));
  }

  private Decision decide(ImageReference image) {
    return new ImageVerifier(registry).verify(image, BY_KEY, Deadline.after(Duration.ofSeconds(2)));
  }

  private static String denial(Decision decision) {
    return assertInstanceOf(Decision.Denied.class, decision).denial().code();
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(30));
  }

  private long count(Place place) {
    Predicate<LoggedRequest> is =
        request ->
            switch (place) {
              case LIST -> request.path().contains("/referrers/");
              case REFERRER ->
                  request.path().contains("/manifests/sha256:") && request.method().equals("GET");
              case INDEX_TAG, SIGNATURE_TAG, BLOB -> throw new IllegalArgumentException();
            };
    return server.requests().stream().filter(is).count();
  }

  private static String index(int entries, long size) {
    return indexOf(
        IntStream.range(0, entries)
            .mapToObj(i ->
                "{\"mediaType\":\"%s\",\"size\":%d,\"digest\":\"%s\"}"
                    .formatted(MediaType.OCI_MANIFEST, size, Digest.of(Bytes.utf8("e" + i))))
            .collect(Collectors.joining(",")));
  }

  private static String indexOf(String entries) {
    return "{\"schemaVersion\":2,\"mediaType\":\""
        + MediaType.OCI_INDEX
        + "\",\"manifests\":["
        + entries
        + "]}";
  }

  private static String deep() {
    return "{\"schemaVersion\":2,\"manifests\":" + "[".repeat(1_000) + "]".repeat(1_000) + "}";
  }
}
