package dev.countersign.signature;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import java.util.Optional;

/// One signature or attestation as it was found beside an image, before anything in it is believed.
public sealed interface Signature {
  /// What the statement in it says its type is; anybody may have written that. Empty if there is no
  /// statement, or none that can be read.
  default Optional<String> unverifiedPredicateType() {
    return switch (this) {
      case Malformed malformed -> Optional.empty();
      case Simple simple -> Optional.of(Statement.SIGNATURE);
      case Attested attested -> attested.envelope().unverifiedPredicateType();
      case Bundled bundled ->
          switch (bundled.bundle().content()) {
            case Bundle.Content.Message message -> Optional.empty();
            case Bundle.Content.Enveloped(var envelope) -> envelope.unverifiedPredicateType();
          };
    };
  }

  /// Something that may prove a claim.
  sealed interface WellFormed extends Signature {
    /// In which of cosign's layouts it lies.
    Form form();
  }

  /// A signature in tag form: a layer of the image `sha256-<hex>.sig`.
  record Simple(SimpleSigning.Sealed sealed, TagMaterial material) implements WellFormed {
    /// One with at most the entry of a log, as text.
    public Simple(SimpleSigning.Sealed sealed, Optional<String> logEntry) {
      this(sealed, TagMaterial.ofLog(logEntry));
    }

    @Override
    public Form form() {
      return Form.TAG;
    }
  }

  /// An attestation in tag form: a layer of the image `sha256-<hex>.att`.
  ///
  /// @param stored the envelope's JSON text as it lies there, which cosign has timestamped
  record Attested(Envelope envelope, Bytes stored, TagMaterial material) implements WellFormed {
    /// One with at most the entry of a log, as text.
    public Attested(Envelope envelope, Optional<String> logEntry) {
      this(envelope, envelope.toBytes(), TagMaterial.ofLog(logEntry));
    }

    /// Reads the envelope.
    ///
    /// @throws FormatException if it is none
    public static Attested parse(Bytes stored, TagMaterial material) throws FormatException {
      return new Attested(Envelope.parse(stored), stored, material);
    }

    @Override
    public Form form() {
      return Form.TAG;
    }
  }

  /// A signature or an attestation in bundle form: a manifest that refers to the image.
  record Bundled(Bundle bundle) implements WellFormed {
    @Override
    public Form form() {
      return Form.BUNDLE;
    }
  }

  /// Something that lies where signatures lie and cannot be read as one.
  ///
  /// @param problem one line
  record Malformed(String problem) implements Signature {}

  /// The layouts.
  enum Form {
    TAG,
    BUNDLE;

    /// `tag` or `bundle`.
    @Override
    public String toString() {
      return this == TAG ? "tag" : "bundle";
    }
  }
}
