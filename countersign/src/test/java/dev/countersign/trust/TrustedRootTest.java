package dev.countersign.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.Conformance;
import dev.countersign.HostileInput;
import dev.countersign.certificate.TestCertificate;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.key.SoftwareKey;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrustedRootTest {
  private static final String PUBLIC_GOOD = "sigstore/trusted_root_public_good.json";

  @Test
  void readsThePublicOne() throws Exception {
    var root = TrustedRoot.parse(read(PUBLIC_GOOD));

    assertEquals(2, root.logs().size());
    assertEquals(2, root.certificateAuthorities().size());
    assertEquals(2, root.certificateLogs().size());
    assertEquals(1, root.timestampAuthorities().size());
    assertEquals(
        new Validity(
            Instant.parse("2021-03-07T03:20:29Z"), Instant.parse("2022-12-31T23:59:59.999Z")),
        root.certificateAuthorities().getFirst().validity());
    assertEquals(1, root.certificateAuthorities().getLast().intermediates().size());
    assertEquals(2, root.timestampAuthorities().getFirst().chain().size());
  }

  /// An empty one, as cosign writes it, trusts nobody.
  @Test
  void readsOneThatTrustsNobody() throws FormatException {
    var text = "{\"mediaType\":\"application/vnd.dev.sigstore.trustedroot+json;version=0.1\"}";

    assertEquals(TrustedRoot.NOBODY, TrustedRoot.parse(Bytes.utf8(text)));
  }

  /// Without a beginning nobody can tell whether a key counts.
  @Test
  void refusesAKeyOrAnAuthorityWithoutABeginning_CVE_2026_54787() throws Exception {
    var text = read(PUBLIC_GOOD).toUtf8();

    for (var start :
        List.of("2021-01-12T11:53:27Z", "2021-03-07T03:20:29Z", "2021-03-14T00:00:00Z")) {
      var without = text.replaceFirst("\"start\": \"" + start + "\",?", "");
      assertFalse(without.equals(text), start);
      refused(without, "expected a string \"start\", got none");
    }
    refused(
        text.replaceFirst("2022-12-31T23:59:59.999Z", "2001-01-01T00:00:00Z"),
        "expected an end after the start 2021-03-07T03:20:29Z, got 2001-01-01T00:00:00Z");
    refused(text.replaceFirst("\"end\"", "\"ends\""), "expected none but the members");
  }

  @Test
  void refusesOtherVersionsAndALogTwice() throws Exception {
    var text = read(PUBLIC_GOOD).toUtf8();

    refused(text.replace("version=0.1", "version=0.9"), "expected a trusted root of version");
    refused(
        text.replace(
            "zxGZFVvd0FEmjR8WrFwMdcAJ9vtaY/QXf44Y1wUeP6A=",
            "wNI9atQGlz+VWfO6LRygH4QUfY/8W4RFwiT5i5WRgB0="),
        "expected each log once");
    refused(text.replaceFirst("MFkwEwYHKoZIzj0CAQ", "MFkwEwYHKoZIzj0CAg"), "expected");
  }

  private static void refused(String text, String problem) {
    var refusal = assertThrows(FormatException.class, () -> TrustedRoot.parse(Bytes.utf8(text)));
    assertTrue(refusal.problem().startsWith(problem), refusal::problem);
  }

  /// A newer root may name keys that this program cannot use; their logs count as none.
  @Test
  void passesOverKeysOfUnknownKindsAndUnknownMembers() throws Exception {
    var text =
        read(PUBLIC_GOOD)
            .toUtf8()
            .replace("\"PKIX_ED25519\"", "\"ML_DSA_65\"")
            .replaceFirst("\"tlogs\"", "\"new\": {}, \"tlogs\"");

    assertEquals(1, TrustedRoot.parse(Bytes.utf8(text)).logs().size());
  }

  @Test
  void readsPemFilesAsCosignDid() throws FormatException {
    var root = TestCertificate.root("root").issue();
    var middle = TestCertificate.intermediate("middle", root).issue();
    var stray = TestCertificate.intermediate("stray", TestCertificate.root("x").issue()).issue();
    var tsa =
        TestCertificate.root("tsa")
            .by(middle)
            .authority(false)
            .forPurposes(TestCertificate.TIME_STAMPING)
            .issue();
    var pem =
        stray.certificate().toPem() + root.certificate().toPem() + middle.certificate().toPem();
    var key = SoftwareKey.generate(new SecureRandom()).publicKey();

    assertEquals(
        List.of(
            new CertificateAuthority("", List.of(root.certificate()), Validity.ALWAYS),
            new CertificateAuthority(
                "", List.of(middle.certificate(), root.certificate()), Validity.ALWAYS)),
        PemRoots.authorities(pem));
    assertEquals(
        List.of(tsa.certificate(), middle.certificate(), root.certificate()),
        PemRoots.timestampAuthorities(pem + tsa.certificate().toPem()).getFirst().chain());
    assertEquals(PemRoots.authorities(pem), PemRoots.timestampAuthorities(pem));
    assertThrows(FormatException.class, () -> PemRoots.authorities(stray.certificate().toPem()));
    assertEquals(key, PemRoots.log(key.toPem()).key());
  }

  @Test
  void logsOfTilesAreNamedByTheirAddress() {
    var key = SoftwareKey.generate(new SecureRandom()).publicKey();
    var id = Bytes.utf8("id");
    var log = new TrustedLog("https://log.example:8080/x/", id, key, Validity.ALWAYS);

    assertTrue(log.isNamed("log.example"));
    assertTrue(log.isNamed("log.example:8080/x"));
    assertFalse(log.isNamed("log.example:8080"));
    assertFalse(log.isNamed("example"));
    assertFalse(log.isNamed(""));
    assertFalse(new TrustedLog("", id, key, Validity.ALWAYS).isNamed(""));
    assertTrue(new TrustedLog("http://[::1]:3", id, key, Validity.ALWAYS).isNamed("[::1]"));
    assertTrue(new TrustedLog("http://[::1]", id, key, Validity.ALWAYS).isNamed("[::1]"));
  }

  @Test
  void survivesHostileInput() throws Exception {
    HostileInput.attack(2026, TrustedRoot::parse, read(PUBLIC_GOOD));
  }

  private static Bytes read(String name) throws IOException {
    return Bytes.copyOf(Files.readAllBytes(Conformance.path(name)));
  }
}
