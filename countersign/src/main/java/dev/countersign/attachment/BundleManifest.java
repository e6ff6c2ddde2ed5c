package dev.countersign.attachment;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.oci.Content;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.Manifest;
import dev.countersign.oci.MediaType;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Signature;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The manifest that refers to an image and holds one bundle ([bundle
/// spec](https://github.com/sigstore/cosign/blob/main/specs/BUNDLE_SPEC.md)).
final class BundleManifest {
  static final Bytes CONFIG = Bytes.utf8("{}");

  private static final String CONTENT = "dev.sigstore.bundle.content";
  private static final String PREDICATE_TYPE = "dev.sigstore.bundle.predicateType";
  private static final String CREATED = "org.opencontainers.image.created";

  private BundleManifest() {}

  /// @param subject the image, with the media type and size of its manifest
  static Manifest.Image of(
      Descriptor subject, Bytes bundle, String predicateType, Instant created) {
    var annotations =
        new TreeMap<>(
            Map.of(
                CONTENT,
                "dsse-envelope",
                PREDICATE_TYPE,
                predicateType,
                CREATED,
                created.truncatedTo(ChronoUnit.SECONDS).toString()));
    return new Manifest.Image(
        new Content(MediaType.OCI_EMPTY, CONFIG).descriptor().withArtifactType(Bundle.MEDIA_TYPE),
        List.of(new Content(Bundle.MEDIA_TYPE, bundle).descriptor()),
        annotations,
        Optional.of(subject),
        Bundle.MEDIA_TYPE);
  }

  /// The descriptor that a list of referrers has for `manifest`.
  static Descriptor listed(Manifest.Image manifest) {
    var content = manifest.toContent();
    return new Descriptor(
        content.mediaType(),
        content.bytes().size(),
        content.digest(),
        manifest.artifactType(),
        manifest.annotations());
  }

  /// Whether the one layer of `manifest` is a bundle; its own artifact type may say anything.
  static boolean is(Manifest.Image manifest) {
    return manifest.layers().size() == 1
        && manifest.layers().getFirst().mediaType().startsWith(Bundle.MEDIA_TYPE_PREFIX);
  }

  /// Whether `manifest` presents its bundle as something of another predicate type; nobody signed
  /// that, so it decides only what is too large to be looked at.
  static boolean isSaidToBeOtherThan(String predicateType, Manifest.Image manifest) {
    return !manifest
        .annotations()
        .getOrDefault(PREDICATE_TYPE, predicateType)
        .equals(predicateType);
  }

  static Signature read(Descriptor layer, Bytes bundle) {
    try {
      return new Signature.Bundled(Bundle.parse(bundle));
    } catch (FormatException e) {
      return new Signature.Malformed("bundle " + layer.digest() + ": " + e.problem());
    }
  }
}
