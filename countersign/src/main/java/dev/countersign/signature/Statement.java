package dev.countersign.signature;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.json.JsonValue.JsonNull;
import dev.countersign.json.JsonValue.JsonString;
import dev.countersign.oci.Digest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/// What an attestation says of its subjects
/// ([in-toto](https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md), v0.1 and v1).
///
/// Unknown members are not read, as the specification wants. The only ways to one are to make it
/// and to open an [Envelope] with a key.
public final class Statement implements Claim {
  /// The predicate type of a signature in bundle form: the statement says nothing but "signed".
  public static final String SIGNATURE = "https://sigstore.dev/cosign/sign/v1";

  private static final String V01 = "https://in-toto.io/Statement/v0.1";
  private static final String V1 = "https://in-toto.io/Statement/v1";
  private static final int MAX_SUBJECTS = 1_024;
  private static final int MAX_DIGESTS = 32;

  private final String type;
  private final List<Subject> subjects;
  private final String predicateType;
  private final JsonValue predicate;

  private Statement(
      String type, List<Subject> subjects, String predicateType, JsonValue predicate) {
    this.type = type;
    this.subjects = List.copyOf(subjects);
    this.predicateType = predicateType;
    this.predicate = predicate;
  }

  /// Something that a statement is about.
  ///
  /// @param name may be empty
  /// @param digests hex by algorithm, as `sha256`
  /// @param annotations those that are strings
  public record Subject(String name, Map<String, String> digests, Map<String, String> annotations) {
    public Subject {
      digests = Collections.unmodifiableMap(new LinkedHashMap<>(digests));
      annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
    }

    /// The subject `name` of that SHA-256.
    public static Subject of(String name, Digest digest) {
      return new Subject(name, Map.of("sha256", digest.hex()), Map.of());
    }

    private static Subject parse(JsonObject json) throws FormatException {
      json.refuseOtherSpellings("name", "digest", "annotations");
      var digests = json.findStrings("digest");
      if (digests.size() > MAX_DIGESTS) {
        throw new FormatException(
            "expected at most " + MAX_DIGESTS + " digests of a subject, got " + digests.size());
      }
      var annotations = new LinkedHashMap<String, String>();
      var members = json.findObject("annotations").orElse(JsonObject.empty()).members();
      members.forEach((name, value) -> {
        if (value instanceof JsonString string) {
          annotations.put(name, string.text());
        }
      });
      return new Subject(json.findString("name").orElse(""), digests, annotations);
    }

    private JsonObject toJson() {
      var json = name.isEmpty() ? JsonObject.empty() : JsonObject.empty().with("name", name);
      return json.with("digest", JsonObject.ofStrings(digests));
    }

    private boolean is(Digest image) {
      return image.hex().equals(digests.get("sha256"));
    }
  }

  /// The statement that cosign signs for an image in bundle form.
  public static Statement signature(Digest image, Map<String, String> annotations) {
    var subject = new Subject("", Map.of("sha256", image.hex()), new TreeMap<>(annotations));
    return new Statement(V1, List.of(subject), SIGNATURE, JsonObject.empty());
  }

  /// The statement that cosign's `attest` signs.
  ///
  /// @param predicate JSON text
  /// @throws FormatException if `predicate` is no JSON
  public static Statement attestation(Subject subject, String predicateType, Bytes predicate)
      throws FormatException {
    return new Statement(V01, List.of(subject), predicateType, JsonValue.parse(predicate));
  }

  /// Reads a statement's JSON text.
  ///
  /// @throws FormatException if it is none of v0.1 or v1
  public static Statement parse(Bytes payload) throws FormatException {
    var json = JsonValue.parseObject(payload);
    json.refuseOtherSpellings("_type", "subject", "predicateType", "predicate");
    var type = json.getString("_type");
    if (!type.equals(V01) && !type.equals(V1)) {
      throw new FormatException("expected " + V01 + " or " + V1 + ", got " + type);
    }
    var items = json.getArray("subject");
    if (items.isEmpty() || items.size() > MAX_SUBJECTS) {
      throw new FormatException("expected 1 to " + MAX_SUBJECTS + " subjects, got " + items.size());
    }
    var subjects = new ArrayList<Subject>();
    for (var item : items) {
      subjects.add(Subject.parse(item.asObject("a subject")));
    }
    var predicateType = json.getString("predicateType");
    if (predicateType.isEmpty()) {
      throw new FormatException("expected a predicate type, got an empty one");
    }
    return new Statement(
        type, subjects, predicateType, json.find("predicate").orElse(new JsonNull()));
  }

  public List<Subject> subjects() {
    return subjects;
  }

  /// A URI that says what the predicate is.
  public String predicateType() {
    return predicateType;
  }

  /// The predicate's JSON text; `null` if there is none.
  public Bytes predicate() {
    return predicate.toBytes();
  }

  @Override
  public List<Digest> images() {
    var images = new ArrayList<Digest>();
    for (var subject : subjects) {
      try {
        images.add(Digest.parse("sha256:" + subject.digests().getOrDefault("sha256", "")));
      } catch (FormatException e) {
        // Something that has no such digest is no image.
      }
    }
    return List.copyOf(images);
  }

  @Override
  public Optional<Map<String, String>> about(Digest image) {
    return subjects.stream()
        .filter(subject -> subject.is(image))
        .findFirst()
        .map(Subject::annotations);
  }

  /// The JSON text of this statement, in cosign's order; it is what is signed.
  public Bytes toBytes() {
    var items = new ArrayList<JsonValue>();
    for (var subject : subjects) {
      items.add(
          predicateType.equals(SIGNATURE)
              ? subject.toJson().with("annotations", JsonObject.ofStrings(subject.annotations()))
              : subject.toJson());
    }
    return JsonObject.empty()
        .with("_type", type)
        .with("subject", new JsonArray(items))
        .with("predicateType", predicateType)
        .with("predicate", predicate)
        .toBytes();
  }

  /// Equal when type, subjects and predicate are: by this a signature that is there already is
  /// recognized.
  @Override
  public boolean equals(Object other) {
    return other instanceof Statement that
        && type.equals(that.type)
        && subjects.equals(that.subjects)
        && predicateType.equals(that.predicateType)
        && predicate.equals(that.predicate);
  }

  @Override
  public int hashCode() {
    return Objects.hash(type, subjects, predicateType, predicate);
  }
}
