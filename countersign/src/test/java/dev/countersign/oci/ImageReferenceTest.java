package dev.countersign.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.countersign.HostileInput;
import dev.countersign.format.FormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Names are read as go-containerregistry's `pkg/name` reads them.
class ImageReferenceTest {
  private static final String DIGEST =
      "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";

  @ParameterizedTest
  @CsvSource({
    "nginx, index.docker.io/library/nginx:latest",
    "nginx:1.27, index.docker.io/library/nginx:1.27",
    "acme/app, index.docker.io/acme/app:latest",
    "docker.io/nginx, index.docker.io/library/nginx:latest",
    "index.docker.io/acme/app:v1, index.docker.io/acme/app:v1",
    "ghcr.io/acme/app, ghcr.io/acme/app:latest",
    "ghcr.io/acme/team/app:v1, ghcr.io/acme/team/app:v1",
    "localhost:5000/app, localhost:5000/app:latest",
    "localhost:5000/app:v1, localhost:5000/app:v1",
    "localhost/app, index.docker.io/localhost/app:latest",
    "127.0.0.1:5000/a/b:v1, 127.0.0.1:5000/a/b:v1",
    "[::1]:5000/app:v1, [::1]:5000/app:v1",
    "my_registry:5000/app, my_registry:5000/app:latest",
  })
  void readsNamesByTag(String text, String name) throws FormatException {
    assertEquals(
        name, assertInstanceOf(ImageReference.Tagged.class, ImageReference.parse(text)).toString());
  }

  @Test
  void letsTheDigestNameTheImageWhenThereIsATagToo() throws FormatException {
    var digested = ImageReference.parse("ghcr.io/acme/app@" + DIGEST);

    assertEquals(digested, ImageReference.parse("ghcr.io/acme/app:v1@" + DIGEST));
    assertEquals("ghcr.io/acme/app@" + DIGEST, digested.toString());
    assertInstanceOf(ImageReference.Digested.class, digested);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a",
        ":v1",
        "/app",
        "app:",
        "app:v 1",
        "app@",
        "APP",
        "ghcr.io/App",
        "ghcr.io/",
        "ghcr.io//app",
        "ghcr.io/../app",
        "ghcr.io/a/./b",
        "ghcr.io/app/",
        "bad ref!!",
        "https://ghcr.io/acme/app",
        "ghcr.io:99999/app",
        "ghcr.io:port/app",
        "user@ghcr.io/app",
        "ghcr.io/app?x",
        "ghcr.io/app#x",
        "ghcr.io/app%2f",
        "ghcr.io/app\nx",
        "-.io/app",
        "ghcr.io/app@sha256:abc",
        "ghcr.io/app@sha512:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
        "ghcr.io/app@sha256:5F70BF18A086007016E948B04AED3B82103A36BEA41755B6CDDFAF10ACE3C6EF",
        "policy=x|ghcr.io/app"
      })
  void refusesWhatIsNoReference(String text) {
    assertThrows(FormatException.class, () -> ImageReference.parse(text));
  }

  @Test
  void refusesTwoDigests() {
    assertThrows(FormatException.class, () -> ImageReference.parse("a/b@" + DIGEST + "@" + DIGEST));
  }

  @Test
  void refusesEndlessNames() {
    assertThrows(FormatException.class, () -> ImageReference.parse("a".repeat(1_025)));
    assertThrows(FormatException.class, () -> ImageReference.parse("ghcr.io/" + "a".repeat(256)));
  }

  @Test
  void survivesHostileInput() {
    HostileInput.attackText(
        3, ImageReference::parse, "ghcr.io/acme/app:v1@" + DIGEST, "nginx", "[::1]:5000/a:b");
  }
}
