package dev.countersign.testkit;

import static dev.countersign.testkit.Samples.BLOB;
import static dev.countersign.testkit.Samples.BLOB_DIGEST;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlobRoutesTest extends RegistryTest {
  private static final String PATH = "/v2/a/b/blobs/" + BLOB_DIGEST;

  @BeforeEach
  void startWithABlob() throws IOException {
    start();
    registry.putBlob("a/b", BLOB);
  }

  @Test
  void servesABlobWithItsDigest() throws Exception {
    var answer = client.get(PATH);

    assertEquals(200, answer.status());
    assertArrayEquals(BLOB, answer.bytes());
    assertEquals(BLOB_DIGEST, answer.header("Docker-Content-Digest"));
  }

  @Test
  void answersHeadWithTheLengthOnly() throws Exception {
    var answer = client.head(PATH);

    assertEquals(200, answer.status());
    assertEquals("10", answer.header("Content-Length"));
    assertEquals(0, answer.bytes().length);
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-3, 0123, bytes 0-3/10",
    "bytes=8-, 89, bytes 8-9/10",
    "bytes=-3, 789, bytes 7-9/10",
    "bytes=5-99, 56789, bytes 5-9/10"
  })
  void servesPartOfABlob(String range, String part, String contentRange) throws Exception {
    var answer = client.get(PATH, "Range", range);

    assertEquals(206, answer.status());
    assertEquals(part, answer.text());
    assertEquals(contentRange, answer.header("Content-Range"));
  }

  @Test
  void refusesAPartBehindTheEnd() throws Exception {
    var answer = client.get(PATH, "Range", "bytes=10-");

    assertEquals(416, answer.status());
    assertEquals("bytes */10", answer.header("Content-Range"));
  }

  @Test
  void servesTheWholeBlobWhereRangesAreUnknown() throws Exception {
    stop();
    start(InProcessOptions.DEFAULT.withQuirks(Quirk.NO_RANGE));
    registry.putBlob("a/b", BLOB);

    var answer = client.get(PATH, "Range", "bytes=0-3");

    assertEquals(200, answer.status());
    assertArrayEquals(BLOB, answer.bytes());
  }

  @Test
  void forgetsADeletedBlob() throws Exception {
    var deleted = client.delete(PATH);
    var answer = client.get(PATH);

    assertEquals(202, deleted.status());
    assertEquals(404, answer.status());
    assertTrue(answer.text().contains("\"BLOB_UNKNOWN\""), answer.text());
  }

  @Test
  void refusesADigestThatIsNone() throws Exception {
    var answer = client.get("/v2/a/b/blobs/sha256:abc");

    assertEquals(400, answer.status());
    assertTrue(answer.text().contains("\"DIGEST_INVALID\""), answer.text());
  }

  @Test
  void refusesARepositoryNameThatIsNone() throws Exception {
    var answer = client.get("/v2/A/b/blobs/" + BLOB_DIGEST);

    assertEquals(400, answer.status());
    assertTrue(answer.text().contains("\"NAME_INVALID\""), answer.text());
  }
}
