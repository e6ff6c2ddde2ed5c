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
import dev.countersign.signature.TagMaterial;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The image `sha256-<hex>.sig` or `.att`: one layer a signature or attestation, in the order in
/// which they were added.
///
/// Two signatures of one payload are two layers of one digest.
record TagManifest(List<Descriptor> entries) implements TaggedList {
  static final String SIGNATURE_LAYER = "application/vnd.dev.cosign.simplesigning.v1+json";
  static final String ATTESTATION_LAYER = "application/vnd.dsse.envelope.v1+json";
  private static final String SIGNATURE = "dev.cosignproject.cosign/signature";
  private static final String PREDICATE_TYPE = "predicateType";
  private static final String LOG_ENTRY = "dev.sigstore.cosign/bundle";
  private static final String CERTIFICATE = "dev.sigstore.cosign/certificate";
  private static final String CHAIN = "dev.sigstore.cosign/chain";
  private static final String TIMESTAMP = "dev.sigstore.cosign/rfc3161timestamp";
  private static final String CREATED = "0001-01-01T00:00:00Z";

  static final TagManifest EMPTY = new TagManifest(List.of());

  TagManifest {
    entries = List.copyOf(entries);
  }

  /// @throws FormatException if `content` is no image manifest
  static TagManifest parse(Content content) throws FormatException {
    return switch (Manifest.parse(content)) {
      case Manifest.Image image -> new TagManifest(image.layers());
      case Manifest.Index index ->
          throw new FormatException("expected a manifest of signatures, got an index");
    };
  }

  static Descriptor layer(SimpleSigning.Sealed signature, TagMaterial material) {
    var annotations = new TreeMap<String, String>();
    annotations.put(SIGNATURE, Base64Text.encode(signature.signature()));
    material.logEntry().ifPresent(text -> annotations.put(LOG_ENTRY, text));
    material.certificate().ifPresent(text -> annotations.put(CERTIFICATE, text));
    material.chain().ifPresent(text -> annotations.put(CHAIN, text));
    material.timestamp().ifPresent(text -> annotations.put(TIMESTAMP, text));
    return new Descriptor(
        SIGNATURE_LAYER,
        signature.unverifiedPayload().size(),
        signature.payloadDigest(),
        annotations);
  }

  /// @param envelope the envelope's JSON text
  static Descriptor layer(Content envelope, String predicateType) {
    return new Descriptor(
        ATTESTATION_LAYER,
        envelope.bytes().size(),
        envelope.digest(),
        new TreeMap<>(Map.of(SIGNATURE, "", PREDICATE_TYPE, predicateType)));
  }

  /// How a layer of a manifest of `kind` is read.
  static Layers.Reading reading(Kind kind) {
    return switch (kind) {
      case SIGNATURE -> TagManifest::signature;
      case ATTESTATION -> TagManifest::attestation;
    };
  }

  /// The signature that `layer` describes, whose content is `payload`.
  static Signature signature(Descriptor layer, Bytes payload) {
    var text = layer.annotations().get(SIGNATURE);
    if (text == null) {
      return new Signature.Malformed("expected the annotation " + SIGNATURE + ", got none");
    }
    try {
      return new Signature.Simple(
          new SimpleSigning.Sealed(payload, Base64Text.decode(text)), material(layer));
    } catch (FormatException e) {
      return new Signature.Malformed("annotation " + SIGNATURE + ": " + e.problem());
    }
  }

  private static Signature attestation(Descriptor layer, Bytes envelope) {
    try {
      return Signature.Attested.parse(envelope, material(layer));
    } catch (FormatException e) {
      return new Signature.Malformed("attestation " + layer.digest() + ": " + e.problem());
    }
  }

  private static TagMaterial material(Descriptor layer) {
    var annotations = layer.annotations();
    return new TagMaterial(
        Optional.ofNullable(annotations.get(LOG_ENTRY)),
        Optional.ofNullable(annotations.get(CERTIFICATE)),
        Optional.ofNullable(annotations.get(CHAIN)),
        Optional.ofNullable(annotations.get(TIMESTAMP)));
  }

  @Override
  public TagManifest with(List<Descriptor> more) {
    var all = new LinkedHashSet<>(entries);
    all.addAll(more);
    return new TagManifest(new ArrayList<>(all));
  }

  /// This list without the attestations of `predicateType`, as their annotations have it, save
  /// `kept`.
  TagManifest without(String predicateType, Descriptor kept) {
    return new TagManifest(
        entries.stream()
            .filter(layer ->
                layer.equals(kept)
                    || !predicateType.equals(layer.annotations().get(PREDICATE_TYPE)))
            .toList());
  }

  /// Whether `key` has signed the payload of `signature` here already, with whatever bytes.
  boolean holdsSignatureOf(SimpleSigning.Sealed signature, PublicKey key) {
    var payload = signature.unverifiedPayload();
    return entries.stream()
        .filter(layer -> layer.digest().equals(signature.payloadDigest()))
        .map(layer -> signature(layer, payload))
        .anyMatch(there ->
            there instanceof Signature.Simple simple
                && key.verify(payload, simple.sealed().signature()).isPresent());
  }

  @Override
  public Optional<Bytes> config() {
    return Optional.of(configContent().bytes());
  }

  /// The configuration that cosign writes: an image of these layers, of no time and no platform.
  private Content configContent() {
    var history = new ArrayList<JsonValue>();
    var diffIds = new ArrayList<JsonValue>();
    for (var layer : entries) {
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

  @Override
  public Content toContent() {
    return new Manifest.Image(configContent().descriptor(), entries).toContent();
  }

  @Override
  public int maxEntries() {
    return Layers.MAX_LAYERS;
  }
}
