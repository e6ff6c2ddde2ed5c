package dev.countersign.cli;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.format.Pem;
import dev.countersign.registry.Deadline;
import dev.countersign.signature.BlobSignature;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.TagMaterial;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// What came with a signature of a file, each in a file of its own, as cosign's `sign-blob` wrote
/// it before there were bundles.
record DetachedMaterial(Arguments arguments, World world, RegistryAccess access) {
  static final Flag CERTIFICATE =
      Flag.text("certificate", "the signer's certificate beside --signature: a file or https URL");
  static final Flag TIMESTAMP =
      Flag.text("rfc3161-timestamp", "the signature's timestamp beside --signature: a file");

  static final List<Flag> FLAGS = List.of(CERTIFICATE, TIMESTAMP);

  private static final int MOST_BYTES = 64 << 10;

  /// Whether any of it is named.
  boolean isNamed() {
    return FLAGS.stream().anyMatch(flag -> arguments.find(flag).isPresent());
  }

  /// @throws Failure if it stands beside a bundle, which holds its own
  void refuseBeside(Flag bundle) throws Failure {
    for (var flag : FLAGS) {
      if (arguments.find(flag).isPresent() && arguments.find(bundle).isPresent()) {
        throw new Failure("expected --%s or --%s, got both".formatted(bundle.name(), flag.name()));
      }
    }
  }

  /// The texts.
  TagMaterial read(Deadline deadline) throws Failure, IOException {
    var certificate = arguments.find(CERTIFICATE);
    var timestamp = arguments.find(TIMESTAMP);
    return new TagMaterial(
        Optional.empty(),
        certificate.isPresent() ? Optional.of(pem(certificate.get(), deadline)) : Optional.empty(),
        Optional.empty(),
        timestamp.isPresent() ? Optional.of(timestamp(timestamp.get())) : Optional.empty());
  }

  /// PEM, or as cosign wrote it base64 of it.
  private String pem(String name, Deadline deadline) throws Failure, IOException {
    try {
      return new BareValue(world, access, CERTIFICATE).read(name, deadline).toUtf8();
    } catch (FormatException e) {
      throw unusable(CERTIFICATE, name, e);
    }
  }

  /// cosign's JSON, or the authority's answer as it is.
  private String timestamp(String name) throws Failure, IOException {
    var content = SmallFile.read(world, name, MOST_BYTES);
    try {
      return isJson(content) ? content.toUtf8() : TagMaterial.timestampText(content);
    } catch (FormatException e) {
      throw unusable(TIMESTAMP, name, e);
    }
  }

  private static boolean isJson(Bytes content) {
    return content.size() > 0 && content.toArray()[0] == '{';
  }

  /// The signature with all of it, as a bundle would hold it.
  BlobSignature with(Bytes signature, Deadline deadline) throws Failure, IOException {
    var material = read(deadline);
    try {
      return new BlobSignature.Bundled(
          new Bundle(
              Bundle.Version.V0_3,
              material.certificate().isPresent()
                  ? new Bundle.Material.Certificates(
                      List.of(Pem.parseFirst(material.certificate().get()).content()))
                  : new Bundle.Material.KeyHint(""),
              List.of(),
              material.timestamps(),
              new Bundle.Content.Message(Optional.empty(), signature)));
    } catch (FormatException e) {
      throw new Failure("cannot use what came with the signature: " + e.problem());
    }
  }

  private static Failure unusable(Flag flag, String name, FormatException problem) {
    return new Failure(
        "cannot use --%s %s: %s".formatted(flag.name(), OneLine.of(name), problem.problem()));
  }
}
