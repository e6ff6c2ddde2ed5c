package dev.countersign.cli;

import java.util.List;
import java.util.stream.Stream;

/// The flags of cosign's `sign`, `attest` and their forms for blobs that have no effect of their
/// own here.
final class SignFlags {
  private static final String NO_LOG =
      "with --key nothing is sent to a log, which is not there yet";
  private static final String CERTIFICATES = "certificates are not there yet; use --key";

  private static final List<Flag> OTHERS =
      List.of(
          Flag.harmlessSwitch("yes").shortened("y"),
          Flag.onlyOff("tlog-upload", NO_LOG),
          Flag.onlyOff("use-signing-config", NO_LOG),
          Flag.refusedText("signing-config", NO_LOG),
          Flag.refusedText("certificate", CERTIFICATES),
          Flag.refusedText("certificate-chain", CERTIFICATES),
          Flag.refusedText("output-certificate", CERTIFICATES),
          Flag.refusedSwitch("issue-certificate", CERTIFICATES),
          Flag.refusedText("fulcio-auth-flow", CommonFlags.KEYLESS),
          Flag.refusedText("fulcio-url", CommonFlags.KEYLESS),
          Flag.refusedText("identity-token", CommonFlags.KEYLESS),
          Flag.refusedSwitch("insecure-skip-verify", CommonFlags.KEYLESS),
          Flag.refusedText("oidc-issuer", CommonFlags.KEYLESS),
          Flag.refusedText("oidc-client-id", CommonFlags.KEYLESS),
          Flag.refusedText("oidc-client-secret-file", CommonFlags.KEYLESS),
          Flag.refusedSwitch("oidc-disable-ambient-providers", CommonFlags.KEYLESS),
          Flag.refusedText("oidc-provider", CommonFlags.KEYLESS),
          Flag.refusedText("oidc-redirect-url", CommonFlags.KEYLESS),
          Flag.refusedText("timestamp-server-url", CommonFlags.TIMESTAMPS),
          Flag.refusedText("timestamp-client-cacert", CommonFlags.TIMESTAMPS),
          Flag.refusedText("timestamp-client-cert", CommonFlags.TIMESTAMPS),
          Flag.refusedText("timestamp-client-key", CommonFlags.TIMESTAMPS),
          Flag.refusedText("timestamp-server-name", CommonFlags.TIMESTAMPS),
          Flag.refusedText("rfc3161-timestamp", CommonFlags.TIMESTAMPS),
          CommonFlags.REKOR_URL,
          CommonFlags.TRUSTED_ROOT,
          CommonFlags.SK,
          CommonFlags.SLOT);

  private static final List<Flag> OF_IMAGES =
      List.of(
          Flag.refusedText("payload", "the payload is made from the image"),
          Flag.refusedText("attachment", "only images are signed"),
          Flag.refusedText("sign-container-identity", "the signed name is the image's repository"),
          Flag.refusedSwitch("record-creation-timestamp", "signatures carry no time"));

  private static final List<Flag> OF_ATTESTATIONS =
      List.of(
          Flag.harmlessText("rekor-entry-type"),
          Flag.refusedSwitch("record-creation-timestamp", "signatures carry no time"));

  private static final List<Flag> OF_BLOBS = List.of(Flag.harmlessText("signing-algorithm"));

  private SignFlags() {}

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

  static List<Flag> withForBlobAttestations(List<Flag> working) {
    return Stream.of(working, OTHERS, OF_ATTESTATIONS).flatMap(List::stream).toList();
  }

  static List<Flag> withForBlobs(List<Flag> working) {
    return Stream.of(working, OTHERS, OF_BLOBS).flatMap(List::stream).toList();
  }
}
