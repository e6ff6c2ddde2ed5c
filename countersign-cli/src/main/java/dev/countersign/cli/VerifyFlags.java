package dev.countersign.cli;

import java.util.List;
import java.util.stream.Stream;

/// The flags of cosign's `verify`, `verify-attestation` and their forms for blobs that have no
/// effect of their own here.
final class VerifyFlags {
  private static final String OTHER_PLACES =
      "signatures are read from the image's registry; other places are not there yet";

  private static final List<Flag> OTHERS =
      List.of(
          Flag.harmlessSwitch("offline"),
          Flag.harmlessSwitch("private-infrastructure"),
          Flag.harmlessSwitch("insecure-ignore-sct"),
          Flag.harmlessSwitch("new-bundle-format"),
          Flag.harmlessText("max-workers"),
          Flag.harmlessText("signature-digest-algorithm"),
          Flag.refusedText("certificate", CommonFlags.KEYLESS),
          Flag.refusedText("certificate-chain", CommonFlags.KEYLESS),
          Flag.refusedText("certificate-identity", CommonFlags.KEYLESS),
          Flag.refusedText("certificate-identity-regexp", CommonFlags.KEYLESS),
          Flag.refusedText("certificate-oidc-issuer", CommonFlags.KEYLESS),
          Flag.refusedText("certificate-oidc-issuer-regexp", CommonFlags.KEYLESS),
          Flag.refusedText("certificate-github-workflow-name", CommonFlags.KEYLESS),
          Flag.refusedText("certificate-github-workflow-ref", CommonFlags.KEYLESS),
          Flag.refusedText("certificate-github-workflow-repository", CommonFlags.KEYLESS),
          Flag.refusedText("certificate-github-workflow-sha", CommonFlags.KEYLESS),
          Flag.refusedText("certificate-github-workflow-trigger", CommonFlags.KEYLESS),
          Flag.refusedSwitch("allow-certificate-chain", CommonFlags.KEYLESS),
          Flag.refusedText("ca-roots", CommonFlags.KEYLESS),
          Flag.refusedText("ca-intermediates", CommonFlags.KEYLESS),
          Flag.refusedText("sct", CommonFlags.KEYLESS),
          Flag.refusedText("timestamp-certificate-chain", CommonFlags.TIMESTAMPS),
          Flag.refusedText("rfc3161-timestamp", CommonFlags.TIMESTAMPS),
          Flag.refusedSwitch("use-signed-timestamps", CommonFlags.TIMESTAMPS),
          CommonFlags.REKOR_URL,
          CommonFlags.TRUSTED_ROOT,
          CommonFlags.SK,
          CommonFlags.SLOT);

  private static final List<Flag> OF_IMAGES =
      List.of(
          Flag.refusedText("payload", OTHER_PLACES),
          Flag.refusedText("signature", OTHER_PLACES),
          Flag.refusedText("attachment", "only images are verified"));

  private static final List<Flag> OF_ATTESTATIONS =
      List.of(Flag.refusedSwitch("local-image", OTHER_PLACES));

  private static final List<Flag> OF_BLOBS = List.of(Flag.harmlessSwitch("experimental-oci11"));

  private VerifyFlags() {}

  static List<Flag> with(List<Flag> working) {
    return Stream.of(working, RegistryAccess.FLAGS, OTHERS, OF_IMAGES)
        .flatMap(List::stream)
        .toList();
  }

  static List<Flag> withForAttestations(List<Flag> working) {
    return Stream.of(working, RegistryAccess.FLAGS, OTHERS, OF_ATTESTATIONS)
        .flatMap(List::stream)
        .toList();
  }

  static List<Flag> withForBlobs(List<Flag> working) {
    return Stream.of(working, OTHERS, OF_BLOBS).flatMap(List::stream).toList();
  }
}
