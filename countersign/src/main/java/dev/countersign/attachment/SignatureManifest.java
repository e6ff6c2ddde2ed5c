package dev.countersign.attachment;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.json.JsonValue.JsonString;
import dev.countersign.key.PublicKey;
import dev.countersign.oci.Content;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.Manifest;
import dev.countersign.oci.MediaType;
import dev.countersign.signature.Signature;
import dev.countersign.signature.SimpleSigning;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The image `sha256-<hex>.sig`: one layer a signature, in the order in which they were added.
///
/// Two signatures of one payload are two layers of one digest.
record SignatureManifest(List<Descriptor> layers) {
  static final String LAYER = "application/vnd.dev.cosign.simplesigning.v1+json";
  private static final String SIGNATURE = "dev.cosignproject.cosign/signature";
  private static final String LOG_ENTRY = "dev.sigstore.cosign/bundle";
  private static final String CREATED = "0001-01-01T00:00:00Z";

  SignatureManifest {
    layers = List.copyOf(layers);
  }

  /// @throws FormatException if `content` is no image manifest
  static SignatureManifest parse(Content content) throws FormatException {
    return switch (Manifest.parse(content)) {
      case Manifest.Image image -> new SignatureManifest(image.layers());
      case Manifest.Index index ->
          throw new FormatException("expected a manifest of signatures, got an index");
    };
  }

  static Descriptor layer(SimpleSigning.Sealed signature) {
    return new Descriptor(
        LAYER,
        signature.unverifiedPayload().size(),
        signature.payloadDigest(),
        Map.of(SIGNATURE, Base64Text.encode(signature.signature())));
  }

  /// The signature that `layer` describes, whose content is `payload`.
  static Signature signature(Descriptor layer, Bytes payload) {
    var text = layer.annotations().get(SIGNATURE);
    if (text == null) {
      return new Signature.Malformed("expected the annotation " + SIGNATURE + ", got none");
    }
    try {
      return new Signature.Simple(
          new SimpleSigning.Sealed(payload, Base64Text.decode(text)),
          Optional.ofNullable(layer.annotations().get(LOG_ENTRY)));
    } catch (FormatException e) {
      return new Signature.Malformed("annotation " + SIGNATURE + ": " + e.problem());
    }
  }

  /// These layers and then, each once, those of `more` that are not among them.
  SignatureManifest union(Collection<Descriptor> more) {
    var all = new LinkedHashSet<>(layers);
    all.addAll(more);
    return new SignatureManifest(new ArrayList<>(all));
  }

  /// Whether `key` has signed the payload of `signature` here already, with whatever bytes.
  boolean holdsSignatureOf(SimpleSigning.Sealed signature, PublicKey key) {
    var payload = signature.unverifiedPayload();
    return layers.stream()
        .filter(layer -> layer.digest().equals(signature.payloadDigest()))
        .map(layer -> signature(layer, payload))
        .anyMatch(there ->
            there instanceof Signature.Simple simple
                && key.verify(payload, simple.sealed().signature()).isPresent());
  }

  /// The configuration that cosign writes: an image of these layers, of no time and no platform.
  Content config() {
    var history = new ArrayList<JsonValue>();
    var diffIds = new ArrayList<JsonValue>();
    for (var layer : layers) {
      history.add(JsonObject.empty().with("created", CREATED));
      diffIds.add(new JsonString(layer.digest().toString()));
    }
    var config =
        JsonObject.empty()
            .with("architecture", "")
            .with("created", CREATED)
            .with("history", new JsonArray(history))
            .with("os", "")
            .with(
                "rootfs",
                JsonObject.empty().with("type", "layers").with("diff_ids", new JsonArray(diffIds)))
            .with("config", JsonObject.empty());
    return new Content(MediaType.OCI_CONFIG, config.toBytes());
  }

  Content toContent() {
    return new Manifest.Image(config().descriptor(), layers).toContent();
  }
}
