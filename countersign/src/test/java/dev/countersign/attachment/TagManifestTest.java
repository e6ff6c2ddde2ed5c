package dev.countersign.attachment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.oci.Content;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.Digest;
import dev.countersign.oci.MediaType;
import dev.countersign.signature.SimpleSigning;
import dev.countersign.signature.TagMaterial;
import java.util.List;
import org.junit.jupiter.api.Test;

class TagManifestTest {
  private static final Bytes PAYLOAD = Bytes.utf8("payload");
  private static final Digest DIGEST = Digest.of(PAYLOAD);

  /// The literal shape of cosign 2.5.0 and 3.1.1.
  @Test
  void writesCosignsBytes() throws FormatException {
    var layer =
        TagManifest.layer(
            new SimpleSigning.Sealed(PAYLOAD, Bytes.utf8("signature")), TagMaterial.NONE);
    var manifest = new TagManifest(List.of(layer));

    assertEquals(
        ("{\"architecture\":\"\",\"created\":\"0001-01-01T00:00:00Z\","
                + "\"history\":[{\"created\":\"0001-01-01T00:00:00Z\"}],\"os\":\"\","
                + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"%s\"]},\"config\":{}}")
            .formatted(DIGEST),
        manifest.config().orElseThrow().toUtf8());
    assertEquals(
        ("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                + "\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\","
                + "\"size\":233,\"digest\":\"%s\"},"
                + "\"layers\":[{\"mediaType\":\"application/vnd.dev.cosign.simplesigning.v1+json\","
                + "\"size\":7,\"digest\":\"%s\","
                + "\"annotations\":{\"dev.cosignproject.cosign/signature\":\"c2lnbmF0dXJl\"}}]}")
            .formatted(Digest.of(manifest.config().orElseThrow()), DIGEST),
        manifest.toContent().bytes().toUtf8());
  }

  static List<Descriptor> layers(byte[] manifest) {
    try {
      return TagManifest.parse(new Content(MediaType.OCI_MANIFEST, Bytes.copyOf(manifest)))
          .entries();
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }
}
