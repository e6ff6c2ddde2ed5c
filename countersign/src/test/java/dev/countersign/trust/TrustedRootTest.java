package dev.countersign.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.Conformance;
import dev.countersign.HostileInput;
import dev.countersign.certificate.TestCertificate;
import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.format.Pem;
import dev.countersign.key.PublicKey;
import dev.countersign.key.SoftwareKey;
import dev.countersign.key.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrustedRootTest {
  private static final String PUBLIC_GOOD = "sigstore/trusted_root_public_good.json";
  private static final String SINCE_2026 = "{\"start\":\"2026-01-01T00:00:00Z\"}";

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

  /// A log whose key or whose tree is of a kind that this program cannot use counts as none.
  @ParameterizedTest
  @CsvSource({
    "p384.pub, PKIX_ECDSA_P384_SHA_384, SHA2_256, 1",
    "ed25519.pub, PKIX_ED25519, SHA2_256, 1",
    "rsa2048.pub, PKIX_RSA_PKCS1V15_2048_SHA256, SHA2_256, 1",
    "rsa2048.pkcs1.pub, PKCS1_RSA_PKCS1V5, SHA2_256, 1",
    "rsa2048.pub, PKIX_RSA_PSS_2048_SHA256, SHA2_256, 0",
    "p384.pub, PKIX_ECDSA_P384_SHA_384, SHA2_512, 0",
  })
  void readsLogsWithKeysOfManyKinds(String file, String details, String hash, int logs)
      throws Exception {
    var pem = Vectors.text(file);
    var raw = Base64Text.encode(Pem.parseFirst(pem).content());
    var log =
        "{\"baseUrl\":\"\",\"hashAlgorithm\":\"%s\",\"logId\":{\"keyId\":\"aWQ=\"},\"publicKey\":"
                .formatted(hash)
            + "{\"keyDetails\":\"%s\",\"rawBytes\":\"%s\",\"validFor\":%s}}"
                .formatted(details, raw, SINCE_2026);

    var root = TrustedRoot.parse(Bytes.utf8(root("tlogs", log)));

    assertEquals(
        Collections.nCopies(logs, PublicKey.parsePem(pem)),
        root.logs().stream().map(TrustedLog::key).toList());
  }

  @ParameterizedTest
  @CsvSource({"0, false", "1, true", "16, true", "17, false"})
  void readsAuthoritiesOf1To16Certificates(int count, boolean isRead) throws FormatException {
    var der = Base64Text.encode(TestCertificate.root("root").issue().certificate().der());
    var certificates = Collections.nCopies(count, "{\"rawBytes\":\"" + der + "\"}");
    var authority =
        "{\"certChain\":{\"certificates\":[%s]},\"validFor\":%s}"
            .formatted(String.join(",", certificates), SINCE_2026);
    var text = root("certificateAuthorities", authority);

    if (isRead) {
      var authorities = TrustedRoot.parse(Bytes.utf8(text)).certificateAuthorities();
      assertEquals(count, authorities.getFirst().chain().size());
    } else {
      refused(text, "expected 1 to 16 certificates, got " + count);
    }
  }

  @Test
  void boundsTheText() throws FormatException {
    var text = root("tlogs", "");
    var most = text + " ".repeat(TrustedRoot.MAX_BYTES - text.length());

    assertEquals(TrustedRoot.NOBODY, TrustedRoot.parse(Bytes.utf8(most)));
    refused(most + ' ', "expected a trusted root, got");
  }

  private static String root(String member, String items) {
    return "{\"mediaType\":\"application/vnd.dev.sigstore.trustedroot.v0.2+json\",\"%s\":[%s]}"
        .formatted(member, items);
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
    assertEquals(PemRoots.authorities(pem), PemRoots.authorities(pem + tsa.certificate().toPem()));
    assertThrows(FormatException.class, () -> PemRoots.authorities(stray.certificate().toPem()));
    assertEquals(
        new TrustedLog("", HashAlgorithm.SHA256.of(key.spki()), key, Validity.ALWAYS),
        PemRoots.log(key.toPem()));
  }

  @Test
  void twoThatIssuedEachOtherLeadToNoRoot() throws FormatException {
    var one = TestCertificate.intermediate("one", TestCertificate.root("other").issue()).issue();
    var other = TestCertificate.intermediate("other", TestCertificate.root("one").issue()).issue();
    var pem = one.certificate().toPem() + other.certificate().toPem();

    assertThrows(FormatException.class, () -> PemRoots.authorities(pem));
  }

  @Test
  void anAuthorityHasACertificate() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new CertificateAuthority("", List.of(), Validity.ALWAYS));
  }

  @ParameterizedTest
  @CsvSource({
    "https://log.example, log.example, true",
    "https://log.example/, log.example, true",
    "https://log.example/x, log.example, true",
    "https://log.example/x, log.example/x, true",
    "https://log.example:8080/x/, log.example, true",
    "https://log.example:8080/x/, log.example:8080/x, true",
    "https://log.example:8080/x/, log.example:8080, false",
    "https://log.example:8080/x/, example, false",
    "https://log.example:8080/x/, '', false",
    "https://log.example, example, false",
    "http://[::1]:3, [::1], true",
    "http://[::1]/x, [::1], true",
    "http://[::1], [::1], true",
    "log.example, log.example, true",
    "'', '', false",
    "'', log.example, false",
  })
  void logsOfTilesAreNamedByTheirAddress(String url, String origin, boolean isNamed) {
    var key = SoftwareKey.generate(new SecureRandom()).publicKey();

    assertEquals(
        isNamed, new TrustedLog(url, Bytes.utf8("id"), key, Validity.ALWAYS).isNamed(origin));
  }

  @Test
  void survivesHostileInput() throws Exception {
    HostileInput.attack(2026, TrustedRoot::parse, read(PUBLIC_GOOD));
  }

  private static Bytes read(String name) throws IOException {
    return Bytes.copyOf(Files.readAllBytes(Conformance.path(name)));
  }
}
