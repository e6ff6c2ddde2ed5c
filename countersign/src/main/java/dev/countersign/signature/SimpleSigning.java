package dev.countersign.signature;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonNull;
import dev.countersign.json.JsonValue.JsonString;
import dev.countersign.key.PublicKey;
import dev.countersign.oci.Digest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What a signature in tag form says: this digest, under this name, with these annotations
/// ([payload](https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md#payload)).
///
/// The only ways to one are to make it and to open a [Sealed] with a key.
public final class SimpleSigning implements Claim {
  /// The type that cosign writes. Others are accepted, as cosign accepts them.
  public static final String TYPE = "cosign container image signature";

  /// The largest payload that is read, in bytes.
  public static final int MAX_BYTES = 1 << 20;

  private final String dockerReference;
  private final Digest image;
  private final String type;
  private final JsonValue optional;

  private SimpleSigning(String dockerReference, Digest image, String type, JsonValue optional) {
    this.dockerReference = dockerReference;
    this.image = image;
    this.type = type;
    this.optional = optional;
  }

  /// The claim that cosign makes about `image` under the name `dockerReference`.
  public static SimpleSigning of(
      String dockerReference, Digest image, Map<String, String> annotations) {
    var optional =
        annotations.isEmpty() ? new JsonNull() : JsonObject.ofStrings(new TreeMap<>(annotations));
    return new SimpleSigning(dockerReference, image, TYPE, optional);
  }

  /// The signed name, most often a repository; not compared with anything unless a policy asks.
  public String dockerReference() {
    return dockerReference;
  }

  /// The signed image.
  public Digest image() {
    return image;
  }

  @Override
  public List<Digest> images() {
    return List.of(image);
  }

  @Override
  public Optional<Map<String, String>> about(Digest wanted) {
    return image.equals(wanted) ? Optional.of(annotations()) : Optional.empty();
  }

  private Map<String, String> annotations() {
    var annotations = new LinkedHashMap<String, String>();
    if (optional instanceof JsonObject object) {
      object
          .members()
          .forEach((name, value) -> {
            if (value instanceof JsonString string) {
              annotations.put(name, string.text());
            }
          });
    }
    return Collections.unmodifiableMap(annotations);
  }

  /// The JSON text that cosign writes for this claim, byte for byte; it signs these bytes.
  public Bytes toBytes() {
    return JsonObject.empty()
        .with(
            "critical",
            JsonObject.empty()
                .with("identity", JsonObject.empty().with("docker-reference", dockerReference))
                .with("image", JsonObject.empty().with("docker-manifest-digest", image.toString()))
                .with("type", type))
        .with("optional", optional)
        .toBytes();
  }

  private static SimpleSigning parse(Bytes payload) throws FormatException {
    var json = JsonValue.parseObject(payload);
    json.refuseOtherSpellings("critical", "optional");
    var critical = json.getObject("critical");
    critical.refuseOtherSpellings("identity", "image", "type");
    var identity = critical.getObject("identity");
    identity.refuseOtherSpellings("docker-reference");
    var image = critical.getObject("image");
    image.refuseOtherSpellings("docker-manifest-digest");
    return new SimpleSigning(
        identity.findString("docker-reference").orElse(""),
        Digest.parse(image.getString("docker-manifest-digest")),
        critical.findString("type").orElse(""),
        optional(json));
  }

  private static JsonValue optional(JsonObject json) throws FormatException {
    var optional = json.findObject("optional");
    return optional.isEmpty() ? new JsonNull() : optional.get();
  }

  /// A payload and its signature, not yet believed. The bytes are kept as they came, and nobody
  /// reads them before a key has vouched for them.
  public static final class Sealed {
    private final Bytes payload;
    private final Proofs proofs;

    /// `signature` in the form of its scheme: DER for ECDSA.
    public Sealed(Bytes payload, Bytes signature) {
      this.payload = payload;
      this.proofs = new Proofs(List.of(signature));
    }

    /// The claim, or empty if `key` did not sign it.
    ///
    /// @throws FormatException if `key` signed bytes that are no claim
    public Optional<Opened<SimpleSigning>> openWith(PublicKey key) throws FormatException {
      var proof = proofs.by(key, payload);
      return proof.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new Opened<>(
                  parse(payload), proof.get().scheme(), proof.get().signature(), payload, payload));
    }

    /// The digest of the payload; safe to know of bytes that are not believed.
    public Digest payloadDigest() {
      return Digest.of(payload);
    }

    /// The signature itself.
    public Bytes signature() {
      return proofs.signatures().getFirst();
    }

    /// The image that the payload says it is about; anybody may have written it.
    ///
    /// @throws FormatException if the payload is no claim
    public Digest unverifiedImage() throws FormatException {
      return parse(payload).image();
    }

    /// The payload as it came, for those who store or print it; it may be anybody's.
    public Bytes unverifiedPayload() {
      return payload;
    }
  }
}
