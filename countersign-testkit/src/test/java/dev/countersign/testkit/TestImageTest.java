package dev.countersign.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TestImageTest extends RegistryTest {
  @Test
  void isTheSameForTheSameText() {
    assertEquals(
        "sha256:abd75c6f84fdd548127b88e6e488e6ab672bfa34ec02ef2e82388e197e9136bc",
        TestImage.oci("hello").digest());
    assertNotEquals(TestImage.oci("hello").digest(), TestImage.oci("other").digest());
    assertNotEquals(TestImage.oci("hello").digest(), TestImage.docker("hello").digest());
    assertNotEquals(TestImage.oci("hello").digest(), TestImage.oci("hello", "arm64").digest());
  }

  @Test
  void passesTheRegistrysOwnChecks() throws Exception {
    start();
    var index = TestIndex.of(TestImage.docker("a", "amd64"), TestImage.docker("b", "arm64"));
    index.pushTo(registry, "a/b", "v1");

    var again =
        client.put("/v2/a/b/manifests/v2", index.manifest(), "Content-Type", index.mediaType());

    assertEquals(201, again.status(), again.text());
    assertEquals(index.digest(), registry.digest("a/b", "v1").orElseThrow());
    for (var image : index.images()) {
      var answer = client.get("/v2/a/b/manifests/" + image.digest());
      assertEquals(image.mediaType(), answer.header("Content-Type"));
    }
  }

  @Test
  void namesThePlatformsOfAnIndex() {
    var index = TestIndex.of(TestImage.oci("a", "amd64"), TestImage.oci("b", "arm64"));

    var text = new String(index.manifest(), UTF_8);

    assertTrue(text.contains("{\"architecture\":\"arm64\",\"os\":\"linux\"}"), text);
    assertEquals("application/vnd.oci.image.index.v1+json", index.mediaType());
  }
}
