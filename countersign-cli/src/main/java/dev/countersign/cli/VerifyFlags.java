package dev.countersign.cli;

import java.util.List;
import java.util.stream.Stream;

/// The flags of cosign's `verify`, `verify-attestation` and their forms for blobs that have no
/// effect of their own here.
final class VerifyFlags {
  private static final String OTHER_PLACES =
      "signatures are read from the image's registry; other places are not there yet";

  private static final String OWN_CERTIFICATE =
      "the signer's certificate is read from beside the signature";

  /// An older word for `--insecure-ignore-tlog`; with a key it changes nothing.
  static final Flag PRIVATE_INFRASTRUCTURE =
      Flag.off("private-infrastructure", "demand no transparency log (older word)");

  private static final List<Flag> OTHERS =
      List.of(
          Flag.harmlessSwitch("offline"),
          PRIVATE_INFRASTRUCTURE,
          Flag.harmlessSwitch("new-bundle-format"),
          Flag.harmlessText("max-workers"),
          Flag.harmlessText("signature-digest-algorithm"),
          Flag.refusedSwitch("allow-certificate-chain", OWN_CERTIFICATE),
          Flag.refusedText("sct", "promises of certificate logs are read from certificates"),
          CommonFlags.REKOR_URL,
          CommonFlags.SK,
          CommonFlags.SLOT);

  private static final List<Flag> BESIDE_IMAGES =
      List.of(
          Flag.refusedText("certificate", OWN_CERTIFICATE),
          Flag.refusedText("rfc3161-timestamp", "timestamps are read from beside the signature"));

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
    return Stream.of(
            working, WantedSigner.FLAGS, RegistryAccess.FLAGS, OTHERS, BESIDE_IMAGES, OF_IMAGES)
        .flatMap(List::stream)
        .toList();
  }

  static List<Flag> withForAttestations(List<Flag> working) {
    return Stream.of(
            working,
            WantedSigner.FLAGS,
            RegistryAccess.FLAGS,
            OTHERS,
            BESIDE_IMAGES,
            OF_ATTESTATIONS)
        .flatMap(List::stream)
        .toList();
  }

  static List<Flag> withForBlobs(List<Flag> working) {
    return Stream.of(working, WantedSigner.FLAGS, OTHERS, OF_BLOBS).flatMap(List::stream).toList();
  }
}
