package dev.countersign.testkit;

import static dev.countersign.testkit.Samples.IMAGE;
import static dev.countersign.testkit.Samples.OCI;
import static dev.countersign.testkit.Samples.address;
import static dev.countersign.testkit.Samples.referrer;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestRoutesTest extends RegistryTest {
  private static final String V1 = "/v2/a/b/manifests/v1";
  private static final TestImage OTHER = TestImage.oci("other");

  @BeforeEach
  void startWithBlobs() throws IOException {
    start();
    pushBlobs();
  }

  private void pushBlobs() {
    for (var image : List.of(IMAGE, OTHER)) {
      registry.putBlob("a/b", image.layer());
      registry.putBlob("a/b", image.config());
    }
  }

  private Client.Answer push(String path, byte[] manifest, String... headers) throws Exception {
    var all = new ArrayList<>(List.of("Content-Type", OCI));
    all.addAll(List.of(headers));
    return client.put(path, manifest, all.toArray(String[]::new));
  }

  @Test
  void servesAManifestByTagAndByDigest() throws Exception {
    var pushed = push(V1, IMAGE.manifest());
    var byTag = client.head(V1);
    var byDigest = client.get("/v2/a/b/manifests/" + IMAGE.digest());

    assertEquals(201, pushed.status());
    assertEquals("/v2/a/b/manifests/" + IMAGE.digest(), pushed.header("Location"));
    assertEquals(IMAGE.digest(), pushed.header("Docker-Content-Digest"));
    assertEquals(IMAGE.digest(), byTag.header("Docker-Content-Digest"));
    assertEquals(String.valueOf(IMAGE.manifest().length), byTag.header("Content-Length"));
    assertEquals(OCI, byDigest.header("Content-Type"));
    assertArrayEquals(IMAGE.manifest(), byDigest.bytes());
  }

  @Test
  void refusesAManifestOfAnotherDigest() throws Exception {
    var answer = push("/v2/a/b/manifests/" + OTHER.digest(), IMAGE.manifest());

    assertEquals(400, answer.status());
    assertTrue(answer.text().contains("\"DIGEST_INVALID\""), answer.text());
  }

  @Test
  void refusesAManifestWhoseBlobsAreMissing() throws Exception {
    var answer = push("/v2/c/d/manifests/v1", IMAGE.manifest());

    assertEquals(400, answer.status());
    assertTrue(answer.text().contains("\"MANIFEST_BLOB_UNKNOWN\""), answer.text());
    assertTrue(answer.text().contains(ContentDigest.sha256(IMAGE.config())), answer.text());
  }

  @Test
  void refusesAnIndexWhoseManifestsAreMissing() throws Exception {
    var index = TestIndex.of(IMAGE, OTHER);

    var answer = client.put(V1, index.manifest(), "Content-Type", index.mediaType());

    assertEquals(400, answer.status());
    assertTrue(answer.text().contains(IMAGE.digest()), answer.text());
  }

  @Test
  void takesAManifestWithoutItsBlobsWhereThatIsSaid() throws Exception {
    stop();
    start(InProcessOptions.DEFAULT.withQuirks(Quirk.ACCEPTS_MISSING_CONTENT));

    assertEquals(201, push(V1, IMAGE.manifest()).status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{}x",
        "{\"a\":1,\"a\":2}",
        "{\"mediaType\":\"x/y\"}",
        "{\"subject\":7}",
        "{\"subject\":{\"digest\":\"sha256:1\"}}"
      })
  void refusesWhatIsNoManifest(String text) throws Exception {
    var answer = push(V1, text.getBytes(UTF_8));

    assertEquals(400, answer.status());
    assertTrue(answer.text().contains("\"MANIFEST_INVALID\""), answer.text());
  }

  @Test
  void refusesAManifestThatIsTooLarge() throws Exception {
    assertEquals(413, push(V1, new byte[(4 << 20) + 1]).status());
  }

  @Test
  void saysWhetherTheRepositoryOrTheManifestIsUnknown() throws Exception {
    var noManifest = client.get(V1);
    var noRepository = client.get("/v2/c/d/manifests/v1");

    assertEquals(404, noManifest.status());
    assertTrue(noManifest.text().contains("\"MANIFEST_UNKNOWN\""), noManifest.text());
    assertEquals(404, noRepository.status());
    assertTrue(noRepository.text().contains("\"NAME_UNKNOWN\""), noRepository.text());
  }

  @Test
  void namesTheSubjectOfAPushedManifest() throws Exception {
    var manifest = referrer(IMAGE.digest(), "a/x", 1);

    assertEquals(IMAGE.digest(), push(address(manifest), manifest).header("OCI-Subject"));
  }

  @Test
  void deletesATagAndKeepsItsManifest() throws Exception {
    assertEquals(201, push(V1, IMAGE.manifest()).status());

    assertEquals(202, client.delete(V1).status());
    assertEquals(404, client.get(V1).status());
    assertEquals(200, client.get("/v2/a/b/manifests/" + IMAGE.digest()).status());
  }

  @Test
  void deletesAManifestWithItsTags() throws Exception {
    assertEquals(201, push(V1, IMAGE.manifest()).status());

    assertEquals(202, client.delete("/v2/a/b/manifests/" + IMAGE.digest()).status());
    assertEquals(404, client.get(V1).status());
    assertEquals(List.of(), registry.tags("a/b"));
  }

  @Test
  void movesATagOnlyFromTheExpectedManifest() throws Exception {
    var etag = push(V1, IMAGE.manifest()).header("ETag");

    var moved = push(V1, OTHER.manifest(), "If-Match", etag);
    var refused = push(V1, IMAGE.manifest(), "If-Match", etag);

    assertEquals('"' + IMAGE.digest() + '"', etag);
    assertEquals(201, moved.status());
    assertEquals(412, refused.status());
    assertEquals(OTHER.digest(), registry.digest("a/b", "v1").orElseThrow());
  }

  @Test
  void makesATagOnlyIfThereIsNone() throws Exception {
    assertEquals(201, push(V1, IMAGE.manifest(), "If-None-Match", "*").status());
    assertEquals(412, push(V1, OTHER.manifest(), "If-None-Match", "*").status());
  }

  @Test
  void looksAtNoConditionWhereThatIsSaid() throws Exception {
    stop();
    start(InProcessOptions.DEFAULT.withQuirks(Quirk.NO_IF_MATCH));
    pushBlobs();

    var answer = push(V1, IMAGE.manifest(), "If-Match", "\"other\"");

    assertEquals(201, answer.status());
    assertEquals("", answer.header("ETag"));
  }

  @Test
  void saysThatAManifestIsStillTheSame() throws Exception {
    var etag = push(V1, IMAGE.manifest()).header("ETag");

    assertEquals(304, client.get(V1, "If-None-Match", etag).status());
  }

  @Test
  void letsAnotherWriterComeBetweenAPushAndTheNextRead() throws Exception {
    registry.afterManifestPut(() -> OTHER.pushTo(registry, "a/b", "v1"));

    var pushed = push(V1, IMAGE.manifest());

    assertEquals(201, pushed.status());
    assertArrayEquals(OTHER.manifest(), client.get(V1).bytes());
  }

  @Test
  void letsAnotherWriterComeFirst() throws Exception {
    var calls = new AtomicInteger();
    registry.beforeManifestPut(() -> {
      calls.incrementAndGet();
      OTHER.pushTo(registry, "a/b", "v1");
    });

    assertEquals(412, push(V1, IMAGE.manifest(), "If-None-Match", "*").status());
    assertEquals(1, calls.get());
  }
}
