package dev.countersign.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.OurCommand;
import dev.countersign.testkit.FakeSigstore;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Signatures of identities as they were before there were bundles: in annotations, and in files
/// beside the file. What either of the two cosigns makes is accepted here, and what we make there.
class KeylessPartsInteropTest {
  private static final String MAIL = "alice@example.com";
  private static final String OTHER = "bob@example.com";

  @TempDir Path folder;
  private FakeSigstore sigstore;
  private InProcessRegistry registry;
  private Map<String, String> instance;
  private String image;

  @BeforeEach
  void start() throws Exception {
    Tool.COSIGN2.require();
    Tool.COSIGN3.require();
    sigstore = FakeSigstore.start();
    registry = InProcessRegistry.start();
    var content = TestImage.oci("one");
    content.pushTo(registry, "acme/app", "v1");
    image = registry.hostAndPort() + "/acme/app@" + content.digest();
    Files.writeString(folder.resolve("root.json"), sigstore.trustedRoot());
    Files.writeString(folder.resolve("config.json"), sigstore.signingConfig(sigstore.rekor()));
    Files.writeString(folder.resolve("blob"), "content\n");
    Files.writeString(folder.resolve("predicate.json"), "{\"a\":1}");
    Files.writeString(folder.resolve("fulcio.pem"), sigstore.fulcio().chainPem());
    Files.writeString(folder.resolve("rekor.pub"), sigstore.rekor().keyPem());
    Files.writeString(folder.resolve("ctfe.pub"), sigstore.fulcio().logKeyPem());
    Files.writeString(folder.resolve("tsa.pem"), sigstore.timestamps().chainPem());
    instance =
        Map.of(
            "SIGSTORE_ROOT_FILE", "fulcio.pem",
            "SIGSTORE_REKOR_PUBLIC_KEY", "rekor.pub",
            "SIGSTORE_CT_LOG_PUBLIC_KEY_FILE", "ctfe.pub",
            "SIGSTORE_TSA_CERTIFICATE_FILE", "tsa.pem");
  }

  @AfterEach
  void stop() {
    registry.close();
    sigstore.close();
  }

  /// With and without a timestamp, for readers of all ages.
  @Test
  void bothCosignsAcceptTheTagForm() throws Exception {
    for (var config : List.of("config.json", "untimed.json")) {
      Files.writeString(
          folder.resolve("untimed.json"),
          sigstore.signingConfig(List.of(sigstore.rekor()), List.of()));
      var payload = config + ".payload";
      ours(
              "sign",
              "--new-bundle-format=false",
              "--identity-token",
              sigstore.issuer().token(MAIL),
              "--signing-config",
              config,
              "--trusted-root",
              "root.json",
              "--output-payload",
              payload,
              "-a",
              "env=" + config,
              image)
          .succeeded();
      assertTrue(Files.readString(folder.resolve(payload)).contains(config));

      var ours = verify(Tool.OURS, "verify", MAIL, "-a", "env=" + config, image).succeeded();
      assertTrue(ours.stderr().contains("in tag form"), ours::toString);
      verify(Tool.COSIGN2, "verify", MAIL, "-a", "env=" + config, image).succeeded();
      verify(Tool.COSIGN3, "verify", MAIL, "-a", "env=" + config, image).succeeded();
      for (var tool : Tool.values()) {
        assertTrue(verify(tool, "verify", OTHER, image).exit() != 0, tool::toString);
      }
    }
    assertEquals(List.of("v1", tag()), registry.tags("acme/app").reversed());
  }

  private String tag() {
    return image.replaceAll(".*@sha256:(.*)", "sha256-$1.sig");
  }

  /// A log of version 2 promises nothing that an annotation could hold.
  @Test
  void tagFormNeedsALogOfVersion1() throws Exception {
    Files.writeString(folder.resolve("v2.json"), sigstore.signingConfig(sigstore.tiledLog()));
    long before = sigstore.tiledLog().size();
    var refused =
        ours(
            "sign",
            "--new-bundle-format=false",
            "--identity-token",
            sigstore.issuer().token(MAIL),
            "--signing-config",
            "v2.json",
            image);
    assertEquals(1, refused.exit(), refused::toString);
    assertTrue(refused.stderr().contains("one log, of version 1"), refused::toString);
    assertEquals(List.of("v1"), registry.tags("acme/app"));
    assertEquals(before, sigstore.tiledLog().size());
  }

  /// `sign-blob` writes the certificate as base64 of its PEM.
  @Test
  void acceptsTheFilesBesideAFile() throws Exception {
    signBlobInParts("blob");
    var good = List.of("--certificate", "cert", "--rfc3161-timestamp", "stamp.json");

    var unlogged = verifyBlob(MAIL, good, "blob");
    assertEquals(1, unlogged.exit(), unlogged::toString);
    assertTrue(unlogged.stderr().contains("no log is searched"), unlogged::toString);

    var ignoring = with(good, "--insecure-ignore-tlog=true");
    verifyBlob(MAIL, ignoring, "blob").succeeded();
    verifyBlob(MAIL, with(ignoring, "--use-signed-timestamps"), "blob").succeeded();
    refused("subject", verifyBlob(OTHER, ignoring, "blob"), "expected a certificate for");
    refused(
        "file", verifyBlob(MAIL, ignoring, "predicate.json"), "not signed by the key of its cert");
    refused(
        "bundle too",
        verifyBlob(MAIL, with(ignoring, "--bundle=b.json"), "blob"),
        "expected --bundle or --certificate, got both");

    Files.move(folder.resolve("stamp.json"), folder.resolve("older.json"));
    signBlobInParts("blob");
    refused(
        "timestamp of another",
        verifyBlob(MAIL, with(ignoring, "--rfc3161-timestamp=older.json"), "blob"),
        "the timestamp is about another signature");
  }

  @Test
  void aTimestampMayBeTheAuthoritysOwnAnswer() throws Exception {
    signBlobInParts("blob");
    decodeParts();

    verifyBlob(
            MAIL,
            List.of(
                "--certificate",
                "cert.pem",
                "--rfc3161-timestamp",
                "stamp.tsr",
                "--insecure-ignore-tlog=true"),
            "blob")
        .succeeded();
  }

  /// A payload that was signed as a file becomes a signature of the image, with all that vouches.
  @Test
  void whatWasSignedElsewhereIsAttached() throws Exception {
    Files.writeString(
        folder.resolve("payload"),
        Tool.COSIGN2.run(folder, Map.of(), "generate", image).succeeded().stdout());
    signBlobInParts("payload");
    decodeParts();
    var parts =
        List.of(
            "attach",
            "signature",
            "--payload",
            "payload",
            "--signature",
            "sig",
            "--certificate",
            "cert.pem",
            "--certificate-chain",
            "fulcio.pem",
            "--rekor-response",
            "old.bundle",
            "--tsr",
            "stamp.tsr",
            image);

    ours(parts.toArray(String[]::new)).succeeded();
    verify(Tool.OURS, "verify", MAIL, "--use-signed-timestamps", image).succeeded();
    verify(Tool.COSIGN2, "verify", MAIL, image).succeeded();
    verify(Tool.COSIGN3, "verify", MAIL, image).succeeded();

    Files.move(folder.resolve("sig"), folder.resolve("payload.sig"));
    signBlobInParts("payload");
    refused(
        "certificate of another",
        ours(parts.toArray(String[]::new)),
        "cannot attach --certificate cert.pem: expected the certificate of the signature's key");
    Files.move(
        folder.resolve("payload.sig"), folder.resolve("sig"), StandardCopyOption.REPLACE_EXISTING);
    refused(
        "entry of another",
        ours(parts.toArray(String[]::new)),
        "cannot attach --rekor-response old.bundle: the log entry is about another signature");
  }

  /// cosign timestamps an attestation in tag form as it is stored, not its signature.
  @Test
  void acceptsTheTimestampOfAnAttestationInTagForm() throws Exception {
    Tool.COSIGN3
        .run(
            folder,
            instance,
            "attest",
            "--yes",
            "--new-bundle-format=false",
            "--use-signing-config=false",
            "--identity-token",
            sigstore.issuer().token(MAIL),
            "--oidc-issuer",
            sigstore.issuer().url().toString(),
            "--fulcio-url",
            sigstore.fulcio().url().toString(),
            "--rekor-url",
            sigstore.rekor().url().toString(),
            "--timestamp-server-url",
            sigstore.timestamps().url().toString(),
            "--type",
            "https://e.x/y",
            "--predicate",
            "predicate.json",
            image)
        .succeeded();

    for (var flag : List.of("--use-signed-timestamps=false", "--use-signed-timestamps")) {
      verify(Tool.OURS, "verify-attestation", MAIL, flag, "--type", "https://e.x/y", image)
          .succeeded();
    }
  }

  private void signBlobInParts(String file) {
    Tool.COSIGN3
        .run(
            folder,
            instance,
            "sign-blob",
            "--yes",
            "--new-bundle-format=false",
            "--use-signing-config=false",
            "--identity-token",
            sigstore.issuer().token(MAIL),
            "--oidc-issuer",
            sigstore.issuer().url().toString(),
            "--fulcio-url",
            sigstore.fulcio().url().toString(),
            "--rekor-url",
            sigstore.rekor().url().toString(),
            "--timestamp-server-url",
            sigstore.timestamps().url().toString(),
            "--rfc3161-timestamp",
            "stamp.json",
            "--output-certificate",
            "cert",
            "--output-signature",
            "sig",
            "--bundle",
            "old.bundle",
            file)
        .succeeded();
  }

  /// The certificate as PEM, and the timestamp as the authority sent it.
  private void decodeParts() throws IOException {
    var json = Files.readString(folder.resolve("stamp.json"));
    var base64 = json.replaceAll("(?s).*\"SignedRFC3161Timestamp\":\"([^\"]*)\".*", "$1");
    Files.write(folder.resolve("stamp.tsr"), Base64.getDecoder().decode(base64));
    var pem = Base64.getDecoder().decode(Files.readString(folder.resolve("cert")).strip());
    Files.write(folder.resolve("cert.pem"), pem);
  }

  private static List<String> with(List<String> words, String more) {
    var all = new ArrayList<>(words);
    all.add(more);
    return all;
  }

  private Peer.Run verifyBlob(String identity, List<String> more, String file) {
    var words = new ArrayList<>(List.of("--signature", "sig"));
    words.addAll(more);
    words.add(file);
    return verify(Tool.OURS, "verify-blob", identity, words.toArray(String[]::new));
  }

  private Peer.Run verify(Tool tool, String command, String identity, String... rest) {
    var words =
        new ArrayList<>(
            List.of(
                command,
                "--certificate-identity",
                identity,
                "--certificate-oidc-issuer",
                sigstore.issuer().url().toString()));
    words.addAll(List.of(rest));
    return tool.run(folder, instance, words.toArray(String[]::new));
  }

  private Peer.Run ours(String... words) {
    return OurCommand.runIn(folder, Map.of("HOME", folder.toString()), words);
  }

  private static void refused(String what, Peer.Run run, String told) {
    assertEquals(1, run.exit(), () -> what + ": " + run);
    assertTrue(run.stderr().contains(told), () -> what + ": " + run);
  }
}
