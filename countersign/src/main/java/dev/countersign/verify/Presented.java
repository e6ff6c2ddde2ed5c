package dev.countersign.verify;

import dev.countersign.certificate.Certificate;
import dev.countersign.format.Base64Text;
import dev.countersign.format.Blob;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.signature.BlobSignature;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Envelope;
import dev.countersign.signature.Opened;
import dev.countersign.signature.Signature;
import dev.countersign.signature.TagMaterial;
import dev.countersign.transparency.LogEntry;
import dev.countersign.transparency.LoggedSignature;
import dev.countersign.transparency.Signatory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A signature and what came with it, whichever form it had; nothing of it is believed.
///
/// @param signed the bytes under the signature
/// @param payload what it is about: the same, or what lies in the envelope
/// @param certificates the signer's first, then those that may lead to an authority; none for a key
/// @param timestamps DER
/// @param stamped what they may be of: the signature, or a text that holds it
record Presented(
    Bytes signature,
    Blob signed,
    Blob payload,
    List<Certificate> certificates,
    List<LogEntry> logEntries,
    List<Bytes> timestamps,
    List<Bytes> stamped) {
  Presented {
    certificates = List.copyOf(certificates);
    logEntries = List.copyOf(logEntries);
    timestamps = List.copyOf(timestamps);
    stamped = List.copyOf(stamped);
  }

  private Presented(
      Bytes signature,
      Blob signed,
      Blob payload,
      List<Certificate> certificates,
      List<LogEntry> logEntries,
      List<Bytes> timestamps) {
    this(signature, signed, payload, certificates, logEntries, timestamps, List.of(signature));
  }

  /// Of an attestation in tag form, which has no signature beside it, cosign timestamps the whole
  /// envelope as it is stored.
  private Presented orStamped(Bytes stored) {
    return new Presented(
        signature,
        signed,
        payload,
        certificates,
        logEntries,
        timestamps,
        List.of(signature, stored));
  }

  static Presented of(Signature.WellFormed signature) throws FormatException {
    return switch (signature) {
      case Signature.Simple simple -> {
        var payload = Blob.of(simple.sealed().unverifiedPayload());
        yield inTagForm(simple.sealed().signature(), payload, payload, simple.material());
      }
      case Signature.Attested attested -> {
        var envelope = attested.envelope();
        yield inTagForm(
                onlySignature(envelope),
                Blob.of(envelope.signedBytes()),
                Blob.of(envelope.unverifiedPayload()),
                attested.material())
            .orStamped(attested.stored());
      }
      case Signature.Bundled(Bundle bundle) ->
          switch (bundle.content()) {
            case Bundle.Content.Message message ->
                throw new FormatException("expected a bundle with a statement, got one for a file");
            case Bundle.Content.Enveloped(Envelope envelope) ->
                inBundle(
                    bundle,
                    onlySignature(envelope),
                    Blob.of(envelope.signedBytes()),
                    Blob.of(envelope.unverifiedPayload()));
          };
    };
  }

  /// A signature that a key has opened.
  static Presented of(Signature.WellFormed signature, Opened<?> opened) throws FormatException {
    return switch (signature) {
      case Signature.Simple simple -> of(opened, simple.material());
      case Signature.Attested attested ->
          of(opened, attested.material()).orStamped(attested.stored());
      case Signature.Bundled(Bundle bundle) -> of(opened, bundle.logEntries(), bundle.timestamps());
    };
  }

  private static Presented of(Opened<?> opened, TagMaterial material) throws FormatException {
    return of(opened, entries(material.logEntry()), material.timestamps());
  }

  private static Presented of(Opened<?> opened, List<LogEntry> entries, List<Bytes> timestamps) {
    return new Presented(
        opened.signature(),
        Blob.of(opened.signed()),
        Blob.of(opened.payload()),
        List.of(),
        entries,
        timestamps);
  }

  /// The same without the certificate, for a verifier that has the key: whatever stands there, no
  /// key is taken from it (GHSA-fx35-mq7g-6g98).
  static Presented byKey(Blob blob, BlobSignature signature) throws FormatException {
    return switch (signature) {
      case BlobSignature.Old old ->
          of(blob, new BlobSignature.Old(old.signature(), Optional.empty(), old.logEntry()));
      case BlobSignature.Bare bare -> of(blob, bare);
      case BlobSignature.Bundled bundled -> of(blob, bundled);
    };
  }

  static Presented of(Blob blob, BlobSignature signature) throws FormatException {
    return switch (signature) {
      case BlobSignature.Bare(Bytes bytes) ->
          new Presented(bytes, blob, blob, List.of(), List.of(), List.of());
      case BlobSignature.Old old ->
          new Presented(
              old.signature(),
              blob,
              blob,
              old.certificate().isPresent()
                  ? certificates(Base64Text.decode(old.certificate().get()).toUtf8())
                  : List.of(),
              entries(old.logEntry()),
              List.of());
      case BlobSignature.Bundled(Bundle bundle) ->
          switch (bundle.content()) {
            case Bundle.Content.Enveloped enveloped ->
                throw new FormatException("expected a bundle for a file, got one with a statement");
            case Bundle.Content.Message message ->
                inBundle(bundle, message.signature(), blob, blob);
          };
    };
  }

  private static Presented inTagForm(
      Bytes signature, Blob signed, Blob payload, TagMaterial material) throws FormatException {
    var certificates = new ArrayList<Certificate>();
    if (material.certificate().isPresent()) {
      certificates.add(Certificate.parsePem(material.certificate().get()).getFirst());
      if (material.chain().filter(text -> !text.isBlank()).isPresent()) {
        certificates.addAll(Certificate.parsePem(material.chain().get()));
      }
    }
    return new Presented(
        signature,
        signed,
        payload,
        certificates,
        entries(material.logEntry()),
        material.timestamps());
  }

  /// A root is trusted because the verifier has it, so one in a bundle says that its maker has
  /// misunderstood something.
  private static Presented inBundle(Bundle bundle, Bytes signature, Blob signed, Blob payload)
      throws FormatException {
    var certificates = new ArrayList<Certificate>();
    switch (bundle.material()) {
      case Bundle.Material.KeyHint hint -> {}
      case Bundle.Material.Certificates(List<Bytes> chain) -> {
        for (var der : chain) {
          var certificate = Certificate.parse(der);
          if (!certificates.isEmpty() && certificate.isSelfIssued()) {
            throw new FormatException("expected no root certificate in the bundle, got one");
          }
          certificates.add(certificate);
        }
      }
    }
    return new Presented(
        signature, signed, payload, certificates, bundle.logEntries(), bundle.timestamps());
  }

  private static Bytes onlySignature(Envelope envelope) throws FormatException {
    if (envelope.signatures().size() != 1) {
      throw new FormatException(
          "expected one signature in the envelope, got " + envelope.signatures().size());
    }
    return envelope.signatures().getFirst();
  }

  /// A public key that stands there is nobody's certificate.
  private static List<Certificate> certificates(String pem) throws FormatException {
    return pem.contains("CERTIFICATE") ? Certificate.parsePem(pem) : List.of();
  }

  private static List<LogEntry> entries(Optional<String> text) throws FormatException {
    return text.isEmpty() ? List.of() : List.of(LogEntry.parse(text.get()));
  }

  /// This signature as a log should have recorded it.
  LoggedSignature loggedBy(Signatory signatory) {
    return new LoggedSignature(signature, signatory, signed, payload);
  }
}
