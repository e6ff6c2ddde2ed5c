package dev.countersign.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;

/// Content that several tests push.
final class Samples {
  static final String OCI = "application/vnd.oci.image.manifest.v1+json";
  static final byte[] BLOB = "0123456789".getBytes(UTF_8);
  static final String BLOB_DIGEST = ContentDigest.sha256(BLOB);
  static final TestImage IMAGE = TestImage.oci("hello");

  private Samples() {}

  /// A manifest about `subject` without blobs; `artifactType` and `number` make it its own.
  static byte[] referrer(String subject, String artifactType, int number) {
    return Json.write(
        Descriptors.ordered(
            "schemaVersion",
            2,
            "mediaType",
            OCI,
            "artifactType",
            artifactType,
            "layers",
            List.of(),
            "subject",
            Descriptors.ordered("mediaType", OCI, "digest", subject, "size", 1),
            "annotations",
            Map.of("number", String.valueOf(number))));
  }

  static String address(byte[] manifest) {
    return "/v2/a/b/manifests/" + ContentDigest.sha256(manifest);
  }
}
