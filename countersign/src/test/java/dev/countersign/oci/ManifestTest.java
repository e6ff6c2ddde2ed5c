package dev.countersign.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.countersign.HostileInput;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
  private static final Digest DIGEST = Digest.of(Bytes.utf8("x"));
  private static final Descriptor LAYER = new Descriptor("a/b", 7, DIGEST, Map.of("k", "v"));
  private static final Manifest.Image IMAGE =
      new Manifest.Image(new Descriptor(MediaType.OCI_CONFIG, 2, DIGEST), List.of(LAYER));
  private static final String ONE =
      "{\"mediaType\":\"m\",\"size\":1,\"digest\":\"" + DIGEST + "\"}";

  @Test
  void readsWhatItWrote() throws FormatException {
    assertEquals(IMAGE, Manifest.parse(IMAGE.toContent()));
  }

  @Test
  void readsAnIndex() throws FormatException {
    var index = parse("{\"schemaVersion\":2,\"manifests\":[" + ONE + "]}");

    assertEquals(1, assertInstanceOf(Manifest.Index.class, index).manifests().size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"schemaVersion\":1,\"manifests\":[]}",
        "{\"schemaVersion\":2}",
        "{\"schemaVersion\":2,\"layers\":[]}",
        "{\"schemaVersion\":2,\"manifests\":[1]}",
        "{\"schemaVersion\":2,\"Manifests\":[],\"manifests\":[]}",
        "{\"schemaVersion\":2,\"manifests\":[{\"size\":-1,\"digest\":\"sha256:00\"}]}",
        "{\"schemaVersion\":2,\"manifests\":[{\"size\":1}]}",
        "{\"schemaVersion\":2,\"manifests\":[],\"mediaType\":\"text/html\"}"
      })
  void refusesWhatIsNeitherImageNorIndex(String json) {
    assertThrows(FormatException.class, () -> parse(json));
  }

  @Test
  void refusesWhatCouldBeReadAsBoth() {
    var both = "{\"schemaVersion\":2,\"config\":%s,\"layers\":[],\"manifests\":[]}".formatted(ONE);

    assertThrows(FormatException.class, () -> parse(both));
  }

  @Test
  void refusesMoreEntriesThanItReads() {
    var many = (ONE + ",").repeat(Manifest.MAX_ENTRIES) + ONE;

    assertThrows(
        FormatException.class, () -> parse("{\"schemaVersion\":2,\"manifests\":[" + many + "]}"));
  }

  @Test
  void survivesHostileInput() {
    HostileInput.attack(
        4,
        bytes -> Manifest.parse(new Content(MediaType.OCI_MANIFEST, bytes)),
        IMAGE.toContent().bytes());
  }

  private static Manifest parse(String json) throws FormatException {
    return Manifest.parse(new Content(MediaType.OCI_INDEX, Bytes.utf8(json)));
  }
}
