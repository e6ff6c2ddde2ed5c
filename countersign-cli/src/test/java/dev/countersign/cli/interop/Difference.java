package dev.countersign.cli.interop;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A way in which our verdicts differ from those of cosign 3 or sigstore-js, on purpose.
///
/// Each is a row in `docs/differences-from-cosign.md`, and is recognized by the words of the one
/// that says no: a no for another reason is no known difference.
enum Difference {
  NAME_TWICE(Side.US, "a name twice in one object", "Duplicate Object property"),
  OTHER_CASE(
      Side.US,
      "a name in another case than that of a member that is read",
      "expected \"[\\w.-]+\", got \""),
  UNKNOWN_MEMBER(
      Side.US,
      "a member of a bundle that the format does not have, in snake_case among others",
      "expected none but the members"),
  OTHER_TYPE(
      Side.US,
      "a member that is read and has another type than the format's, or is missing",
      "expected (a string|an object|an array|a whole number) \"|expected (a|the) [\\w ]+, got"
          + " (an? (object|array|string|number|boolean)|null)\\b"),
  TWO_MATERIALS(
      Side.US, "a bundle with a key and a certificate, or two contents", "expected one of \\w+"),
  NEGATIVE_SIZE(Side.US, "a size below zero in an index", "expected a size, got -"),
  OTHER_BASE64(
      Side.US,
      "base64 with other characters, without padding, or with bits that stand for nothing",
      "expected (canonical )?base64"),
  OTHER_JSON(
      Side.US,
      "bytes after the JSON text, before it, or in it, that are no JSON",
      "expected JSON, got: |expected the end of the JSON text"),
  LONE_SURROGATE(Side.US, "half a surrogate pair in a string", "got a lone surrogate"),
  BUNDLE_VERSION(
      Side.US,
      "a bundle's media type that is not exactly one of versions 0.1 to 0.3",
      "expected a bundle of version 0\\.1 to 0\\.3"),
  MANIFEST_SCHEMA(
      Side.US, "a manifest of another schema than 2", "expected manifest schema 2, got"),
  MANIFEST_MEDIA_TYPE(
      Side.US,
      "a manifest that names another media type than the registry",
      "expected the manifest to be "),
  IMAGE_AND_INDEX(
      Side.US,
      "a manifest that is an image and an index, or neither",
      "expected either an image manifest or an index"),
  STATEMENT_TYPE(
      Side.US,
      "a statement of another type than in-toto's v0.1 and v1",
      "expected https://in-toto\\.io/Statement/v0\\.1 or "),
  OTHER_PREDICATE(
      Side.US,
      "an attestation instead of a signature",
      "\\[predicate type .*\\]|expected a predicate type"),
  DIGEST_SPELLING(
      Side.US,
      "a digest that is not `sha256` and 64 lower-case hex digits",
      "expected sha256:<64 lower-case hex digits>|signs another image, none by SHA-256"),
  PROOF_FIELDS(
      Side.US,
      "a root or a size beside a proof of inclusion that its checkpoint does not have",
      "\\[log-refuted] the proof of inclusion leads to another root"),
  CHECKPOINT_END(
      Side.US,
      "a checkpoint that goes on after its last line, or holds a control character",
      "\\[log-refuted] expected (an empty line|a signature line|no control characters) in the"
          + " checkpoint"),
  POINT_BESIDE_TIMESTAMP(
      Side.US,
      "a certificate that came along with a timestamp and whose key is no point on its curve",
      "\\[malformed] malformed: expected an? (uncompressed )?point on "),
  NO_FILE_HASH(
      Side.SIGSTORE_JS,
      "a bundle that does not name the hash of its file; cosign 3 makes such with Ed25519 keys",
      "invalid bundle.*[mM]essageDigest"),
  LONELY_TIMESTAMP(
      Side.SIGSTORE_JS,
      "a timestamp that nobody trusted has signed, beside a time that others prove",
      "timestamp could not be verified"),
  STATEMENT_SCHEMA(
      Side.COSIGN,
      "unknown members of a statement or of a subject, and a predicate that is no object; nothing"
          + " reads them here",
      "invalid attestation: decoding json"),
  SUBJECT_DIGEST(
      Side.COSIGN,
      "a subject with the wanted SHA-256 and another digest that is no hex",
      "unable to decode subject digest"),
  OLD_BUNDLE(
      Side.COSIGN, "a bundle of version 0.1 or 0.2 beside an image", "\\[bundle before 0\\.3\\]");

  /// Who says no.
  enum Side {
    US("Countersign"),
    COSIGN("cosign"),
    SIGSTORE_JS("@sigstore/verify");

    private final String name;

    Side(String name) {
      this.name = name;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private final Side side;
  private final String what;
  private final Pattern reason;

  Difference(Side side, String what, String reason) {
    this.side = side;
    this.what = what;
    this.reason = Pattern.compile(reason);
  }

  /// The first that explains why one said yes and the other no.
  static Optional<Difference> between(Verdict ours, Verdict theirs) {
    var reason = ours.accepted() ? theirs.why() : ours.why();
    return Stream.of(values())
        .filter(
            one -> (one.side == Side.US) != ours.accepted() && one.reason.matcher(reason).find())
        .findFirst();
  }

  /// The row in the page for cosign's users.
  String row() {
    return "| %s | %s |".formatted(side, what);
  }
}
