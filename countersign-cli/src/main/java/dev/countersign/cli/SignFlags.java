package dev.countersign.cli;

import java.util.List;
import java.util.stream.Stream;

/// The flags of cosign's `sign`, `attest` and their forms for blobs that have no effect of their
/// own here.
final class SignFlags {
  private static final String BROWSER =
      "signing in with a browser is not there; use --identity-token";
  private static final String TIMESTAMPS =
      "timestamp authorities are asked as any web server is, without a client's certificate";
  private static final String CERTIFICATES =
      "certificates of your own are not there; use --key or --identity-token";

  private static final List<Flag> OTHERS =
      List.of(
          Flag.harmlessSwitch("yes").shortened("y"),
          Flag.refusedText("certificate", CERTIFICATES),
          Flag.refusedText("certificate-chain", CERTIFICATES),
          Flag.refusedText("output-certificate", CERTIFICATES),
          Flag.refusedSwitch("issue-certificate", CERTIFICATES),
          Flag.refusedText("fulcio-auth-flow", BROWSER),
          Flag.refusedSwitch(
              "insecure-skip-verify", "what a certificate authority answers is always checked"),
          Flag.refusedText("oidc-issuer", BROWSER),
          Flag.refusedText("oidc-client-id", BROWSER),
          Flag.refusedText("oidc-client-secret-file", BROWSER),
          Flag.refusedText("oidc-redirect-url", BROWSER),
          Flag.refusedText("timestamp-client-cacert", TIMESTAMPS),
          Flag.refusedText("timestamp-client-cert", TIMESTAMPS),
          Flag.refusedText("timestamp-client-key", TIMESTAMPS),
          Flag.refusedText("timestamp-server-name", TIMESTAMPS),
          Flag.refusedText("rfc3161-timestamp", "timestamps are part of the bundle"),
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
    return Stream.of(working, RegistryAccess.FLAGS, SigningParty.FLAGS, OTHERS, OF_IMAGES)
        .flatMap(List::stream)
        .toList();
  }

  static List<Flag> withForAttestations(List<Flag> working) {
    return Stream.of(working, RegistryAccess.FLAGS, SigningParty.FLAGS, OTHERS, OF_ATTESTATIONS)
        .flatMap(List::stream)
        .toList();
  }

  static List<Flag> withForBlobAttestations(List<Flag> working) {
    return Stream.of(working, SigningParty.FLAGS, OTHERS, OF_ATTESTATIONS)
        .flatMap(List::stream)
        .toList();
  }

  static List<Flag> withForBlobs(List<Flag> working) {
    return Stream.of(working, SigningParty.FLAGS, OTHERS, OF_BLOBS).flatMap(List::stream).toList();
  }
}
