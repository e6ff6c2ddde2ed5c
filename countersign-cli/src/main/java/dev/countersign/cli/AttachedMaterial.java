package dev.countersign.cli;

import dev.countersign.certificate.Certificate;
import dev.countersign.certificate.SignedTimestamp;
import dev.countersign.format.Blob;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.signature.BlobSignature;
import dev.countersign.signature.SimpleSigning;
import dev.countersign.signature.TagMaterial;
import dev.countersign.transparency.LogEntry;
import dev.countersign.transparency.LoggedSignature;
import dev.countersign.transparency.Signatory;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// What is attached with a signature that was made elsewhere. All of it must be about that
/// signature: else it would lie there for ever, and make it worthless.
record AttachedMaterial(Arguments arguments, World world) {
  private static final Flag CERTIFICATE =
      Flag.text("certificate", "file with the signer's certificate, PEM");
  private static final Flag CHAIN =
      Flag.text("certificate-chain", "file with the certificates above it, PEM");
  private static final Flag LOG_ENTRY =
      Flag.text("rekor-response", "file with the log entry: an old bundle, or its rekorBundle");
  private static final Flag TIMESTAMP =
      Flag.text("tsr", "file with the timestamp authority's answer");

  static final List<Flag> FLAGS = List.of(CERTIFICATE, CHAIN, LOG_ENTRY, TIMESTAMP);

  private static final int MOST_BYTES = 1 << 20;

  /// Reads what belongs to one file.
  private interface Parser {
    String parse(Bytes content) throws FormatException;
  }

  TagMaterial read(SimpleSigning.Sealed signature) throws Failure, IOException {
    var certificate = read(CERTIFICATE, content -> certificate(content, signature));
    if (certificate.isEmpty() && arguments.find(CHAIN).isPresent()) {
      throw new Failure("expected --certificate with --certificate-chain, got none");
    }
    return new TagMaterial(
        read(LOG_ENTRY, content -> logEntry(content, signature, certificate)),
        certificate,
        read(CHAIN, AttachedMaterial::chain),
        read(TIMESTAMP, content -> timestamp(content, signature)));
  }

  private Optional<String> read(Flag flag, Parser parser) throws Failure, IOException {
    var name = arguments.find(flag);
    if (name.isEmpty()) {
      return Optional.empty();
    }
    var content = SmallFile.read(world, name.get(), MOST_BYTES);
    try {
      return Optional.of(parser.parse(content));
    } catch (FormatException e) {
      throw new Failure(
          "cannot attach --%s %s: %s".formatted(flag.name(), OneLine.of(name.get()), e.problem()));
    }
  }

  private static String certificate(Bytes content, SimpleSigning.Sealed signature)
      throws FormatException {
    var certificate = Certificate.parsePem(content.toUtf8()).getFirst();
    if (certificate.key().verify(signature.unverifiedPayload(), signature.signature()).isEmpty()) {
      throw new FormatException("expected the certificate of the signature's key, got another");
    }
    return certificate.toPem();
  }

  private static String chain(Bytes content) throws FormatException {
    var text = content.toUtf8();
    Certificate.parsePem(text);
    return text;
  }

  private static String logEntry(
      Bytes content, SimpleSigning.Sealed signature, Optional<String> certificate)
      throws FormatException {
    var text = logEntry(content);
    var entry = LogEntry.parse(text);
    if (certificate.isPresent()) {
      var payload = Blob.of(signature.unverifiedPayload());
      var signatory =
          new Signatory.ByCertificate(Certificate.parsePem(certificate.get()).getFirst().der());
      var mismatch =
          entry.mismatch(new LoggedSignature(signature.signature(), signatory, payload, payload));
      if (mismatch.isPresent()) {
        throw new FormatException(mismatch.get());
      }
    }
    return text;
  }

  /// cosign writes it as part of an old bundle.
  private static String logEntry(Bytes content) throws FormatException {
    var text = content.toUtf8().strip();
    if (!text.contains("base64Signature")) {
      return text;
    }
    return BlobSignature.parse(content) instanceof BlobSignature.Old old
            && old.logEntry().isPresent()
        ? old.logEntry().get()
        : text;
  }

  private static String timestamp(Bytes content, SimpleSigning.Sealed signature)
      throws FormatException {
    if (!SignedTimestamp.parse(content).isOf(signature.signature())) {
      throw new FormatException("the timestamp is about another signature");
    }
    return TagMaterial.timestampText(content);
  }
}
