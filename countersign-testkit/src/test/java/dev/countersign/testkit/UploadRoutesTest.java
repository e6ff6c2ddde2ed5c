package dev.countersign.testkit;

import static dev.countersign.testkit.Samples.BLOB;
import static dev.countersign.testkit.Samples.BLOB_DIGEST;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UploadRoutesTest extends RegistryTest {
  private static final String UPLOADS = "/v2/a/b/blobs/uploads/";
  private static final byte[] NOTHING = {};

  @BeforeEach
  void startEmpty() throws IOException {
    start();
  }

  private void assertKept() {
    assertArrayEquals(BLOB, registry.blob("a/b", BLOB_DIGEST).orElseThrow());
  }

  private String begin() throws Exception {
    var begun = client.post(UPLOADS, NOTHING);
    assertEquals(202, begun.status());
    return begun.header("Location");
  }

  private static byte[] part(int from, int to) {
    return Arrays.copyOfRange(BLOB, from, to);
  }

  @Test
  void keepsABlobOfOnePost() throws Exception {
    var pushed = client.post(UPLOADS + "?digest=" + BLOB_DIGEST, BLOB);

    assertEquals(201, pushed.status());
    assertEquals("/v2/a/b/blobs/" + BLOB_DIGEST, pushed.header("Location"));
    assertKept();
  }

  @Test
  void keepsABlobOfPostAndPut() throws Exception {
    var pushed = client.put(begin() + "&digest=" + BLOB_DIGEST, BLOB);

    assertEquals(201, pushed.status());
    assertEquals(BLOB_DIGEST, pushed.header("Docker-Content-Digest"));
    assertKept();
  }

  @Test
  void keepsABlobOfChunks() throws Exception {
    var first = client.patch(begin(), part(0, 4), "Content-Range", "0-3");
    var second = client.patch(first.header("Location"), part(4, 8), "Content-Range", "4-7");
    var last =
        client.put(
            second.header("Location") + "&digest=" + BLOB_DIGEST,
            part(8, 10),
            "Content-Range",
            "8-9");

    assertEquals(202, first.status());
    assertEquals("0-3", first.header("Range"));
    assertEquals("0-7", second.header("Range"));
    assertEquals(201, last.status());
    assertKept();
  }

  @Test
  void refusesChunksOutOfOrderAndSaysWhereToGoOn() throws Exception {
    var first = client.patch(begin(), part(0, 4), "Content-Range", "0-3");
    var wrong = client.patch(first.header("Location"), part(6, 10), "Content-Range", "6-9");
    var status = client.get(first.header("Location"));

    assertEquals(416, wrong.status());
    assertEquals("0-3", wrong.header("Range"));
    assertEquals(204, status.status());
    assertEquals("0-3", status.header("Range"));
  }

  @Test
  void refusesAnAddressWithoutItsQuery() throws Exception {
    var location = begin();
    var answer = client.patch(location.substring(0, location.indexOf('?')), BLOB);

    assertEquals(400, answer.status());
    assertTrue(answer.text().contains("\"BLOB_UPLOAD_INVALID\""), answer.text());
  }

  @Test
  void refusesBytesOfAnotherDigest() throws Exception {
    var answer = client.put(begin() + "&digest=" + BLOB_DIGEST, "other".getBytes(UTF_8));

    assertEquals(400, answer.status());
    assertTrue(answer.text().contains("\"DIGEST_INVALID\""), answer.text());
    assertTrue(registry.blob("a/b", BLOB_DIGEST).isEmpty());
  }

  @Test
  void forgetsACancelledUpload() throws Exception {
    var location = begin();
    var cancelled = client.delete(location);
    var answer = client.get(location);

    assertEquals(204, cancelled.status());
    assertEquals(404, answer.status());
    assertTrue(answer.text().contains("\"BLOB_UPLOAD_UNKNOWN\""), answer.text());
  }

  @Test
  void mountsABlobOfAnotherRepository() throws Exception {
    registry.putBlob("c/d", BLOB);

    var mounted = client.post(UPLOADS + "?mount=" + BLOB_DIGEST + "&from=c/d", NOTHING);

    assertEquals(201, mounted.status());
    assertEquals("/v2/a/b/blobs/" + BLOB_DIGEST, mounted.header("Location"));
    assertKept();
  }

  @Test
  void beginsAnUploadWhereThereIsNothingToMount() throws Exception {
    var begun = client.post(UPLOADS + "?mount=" + BLOB_DIGEST + "&from=c/d", NOTHING);
    var pushed = client.put(begun.header("Location") + "&digest=" + BLOB_DIGEST, BLOB);

    assertEquals(202, begun.status());
    assertEquals(201, pushed.status());
    assertKept();
  }

  @Test
  void beginsAnUploadWhereOnePostIsNotEnough() throws Exception {
    stop();
    start(InProcessOptions.DEFAULT.withQuirks(Quirk.NO_SINGLE_POST));

    var begun = client.post(UPLOADS + "?digest=" + BLOB_DIGEST, BLOB);

    assertEquals(202, begun.status());
    assertTrue(registry.blob("a/b", BLOB_DIGEST).isEmpty());
  }

  @Test
  void keepsNoMoreThanItMay() throws Exception {
    stop();
    start(InProcessOptions.DEFAULT.withMaxBytes(15));

    var first = client.post(UPLOADS + "?digest=" + BLOB_DIGEST, BLOB);
    var other = "abcdefghij".getBytes(UTF_8);
    var second = client.post(UPLOADS + "?digest=" + ContentDigest.sha256(other), other);
    var chunk = client.patch(begin(), other);

    assertEquals(201, first.status());
    assertEquals(413, second.status());
    assertEquals(413, chunk.status());
  }
}
