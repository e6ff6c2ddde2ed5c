package dev.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.countersign.access.Certificates;
import dev.countersign.cli.interop.Peer;
import dev.countersign.format.Base64Text;
import dev.countersign.key.SoftwareKey;
import dev.countersign.policy.Requirement;
import dev.countersign.provider.Server;
import dev.countersign.provider.ServerConfig;
import dev.countersign.provider.TlsFiles;
import dev.countersign.registry.AddressRule.Loopback;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.verify.Authority;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `certs` makes, as the provider, Gatekeeper and the cluster take it.
class CertsTest {
  private static final Set<String> FILES =
      Set.of("ca.crt", "tls.crt", "tls.key", "provider.yaml", "tls-secret.yaml");

  @TempDir Path folder;

  @Test
  void theProviderServesEachNameOfTheServiceToThoseWhoTrustOnlyTheAuthority() throws Exception {
    assertDone(certs());

    try (var server = serve()) {
      for (var name :
          List.of(
              "countersign",
              "countersign.countersign",
              "countersign.countersign.svc",
              "countersign.countersign.svc.cluster.local")) {
        assertEquals("TLSv1.3", handshake(server.port(), name), name);
      }
      assertThrows(
          SSLHandshakeException.class, () -> handshake(server.port(), "other.countersign.svc"));
    }
  }

  @Test
  void aSecondRunMakesAnotherAuthority() throws Exception {
    assertDone(certs());
    try (var server = serve()) {
      for (var file : FILES) {
        Files.delete(folder.resolve(file));
      }
      assertDone(certs());

      assertThrows(
          SSLHandshakeException.class,
          () -> handshake(server.port(), "countersign.countersign.svc"));
    }
  }

  @Test
  void theCertificateIsForAServerAndItsAuthorityForNothingElse() throws Exception {
    var now = Instant.parse("2030-01-02T03:04:05Z");
    var made = ServiceCertificate.issue(List.of("a", "a.b"), now, new SecureRandom());
    var authority = parse(made.authorityPem());
    var certificate = parse(made.certificatePem());

    assertEquals(0, authority.getBasicConstraints());
    assertTrue(authority.getCriticalExtensionOIDs().containsAll(List.of("2.5.29.19", "2.5.29.15")));
    assertEquals(-1, certificate.getBasicConstraints());
    assertEquals(List.of("1.3.6.1.5.5.7.3.1"), certificate.getExtendedKeyUsage());
    assertEquals("EC", certificate.getPublicKey().getAlgorithm());
    assertEquals("SHA256withECDSA", certificate.getSigAlgName());
    assertTrue(certificate.getSerialNumber().bitLength() >= 128);
    assertEquals(now.minus(Duration.ofHours(1)), certificate.getNotBefore().toInstant());
    assertEquals(now.plus(Duration.ofDays(825)), made.end());
    assertEquals(authority.getNotAfter(), certificate.getNotAfter());
    assertEquals(
        List.of("a", "a.b"),
        certificate.getSubjectAlternativeNames().stream().map(name -> name.get(1)).toList());
    certificate.verify(authority.getPublicKey());
  }

  @Test
  void theProvidersTrustTheAuthorityAndTheSecretHoldsThePair() throws Exception {
    assertDone(certs("--service", "sign-check", "--namespace", "0-tools"));

    var providers = read("provider.yaml");
    var secret = read("tls-secret.yaml");

    assertEquals(List.of("sign-check", "sign-check-mutate"), values(providers, "name"));
    assertEquals(
        List.of(
            "https://sign-check.0-tools.svc:8090/v1/verify",
            "https://sign-check.0-tools.svc:8090/v1/mutate"),
        values(providers, "url"));
    assertEquals(List.of(read("ca.crt"), read("ca.crt")), decoded(providers, "caBundle"));
    assertEquals(List.of("sign-check-tls"), values(secret, "name"));
    assertEquals(List.of("0-tools"), values(secret, "namespace"));
    assertEquals(List.of(read("tls.crt")), decoded(secret, "tls.crt"));
    assertEquals(List.of(read("tls.key")), decoded(secret, "tls.key"));
  }

  @Test
  void theSeedHasOneProviderThatValidates() throws Exception {
    assertDone(certs("--seed"));

    assertEquals(List.of("cosign-gatekeeper-provider"), values(read("provider.yaml"), "name"));
    assertEquals(
        List.of("https://cosign-gatekeeper-provider.cosign-gatekeeper-provider.svc:8090/validate"),
        values(read("provider.yaml"), "url"));
    assertEquals(
        List.of("cosign-gatekeeper-provider-tls"), values(read("tls-secret.yaml"), "name"));
  }

  @Test
  void whenOneFileCannotBePutAllAreAsBefore() throws Exception {
    Files.writeString(folder.resolve("ca.crt"), "old");
    Files.createDirectories(folder.resolve("tls.key/in the way"));
    var set =
        new FileSet(
            OurCommand.world(
                folder, Map.of(), OutputStream.nullOutputStream(), OutputStream.nullOutputStream()),
            folder.toString());

    assertThrows(
        IOException.class,
        () ->
            set.write(
                List.of(
                    FileSet.Content.open("ca.crt", "new"),
                    FileSet.Content.open("tls.crt", "new"),
                    FileSet.Content.secret("tls.key", "new"),
                    FileSet.Content.open("provider.yaml", "new"))));

    assertEquals("old", read("ca.crt"));
    assertEquals(Set.of("ca.crt", "tls.key"), namesIn(folder));
  }

  @Test
  void nothingIsWrittenWhereNoFileCanBe() throws Exception {
    Files.writeString(folder.resolve("file"), "");

    var run = certs("--output-dir", "file");

    assertEquals(1, run.exit());
    assertTrue(run.stderr().startsWith("Error: expected a folder, got "), run.stderr());
    assertEquals(Set.of("file"), namesIn(folder));
  }

  @Test
  void nothingIsWrittenWhereNobodyMay() throws Exception {
    var closed = Files.createDirectory(folder.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
    assumeFalse(Files.isWritable(closed), "the superuser may write anywhere");

    var run = certs("--output-dir", "closed");

    assertEquals(1, run.exit());
    assertTrue(run.stderr().contains("permission denied"), run.stderr());
    assertEquals(Set.of(), namesIn(closed));
  }

  @Test
  void withoutAClusterNothingIsMade() throws Exception {
    var run = OurCommand.runIn(folder, Map.of(), "certs", "--apply");

    assertEquals(1, run.exit());
    assertTrue(run.stderr().startsWith("Error: expected a cluster by KUBECONFIG"), run.stderr());
    assertEquals(Set.of(), namesIn(folder));
  }

  private Peer.Run certs(String... words) {
    var all = new String[words.length + 1];
    all[0] = "certs";
    System.arraycopy(words, 0, all, 1, words.length);
    return OurCommand.runIn(folder, Map.of(), all);
  }

  private static void assertDone(Peer.Run run) {
    assertEquals(0, run.exit(), run.stderr());
  }

  private Server serve() throws Exception {
    var free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var files = new TlsFiles(folder.resolve("tls.crt"), folder.resolve("tls.key"));
    var key = SoftwareKey.generate(new SecureRandom()).publicKey();
    var config =
        new ServerConfig(files, Requirement.anyOf(new Authority.Key("cosign.pub", key)))
            .withListen(free, free);
    return Server.start(config, RegistryOptions.DEFAULT, Loopback.REFUSED);
  }

  /// Speaks to loopback as to this host, trusting `ca.crt` only, and says what was spoken.
  private String handshake(int port, String host) throws IOException {
    var tls = Certificates.only(folder.resolve("ca.crt")).load().getSocketFactory();
    var plain = new Socket(InetAddress.getLoopbackAddress(), port);
    plain.setSoTimeout(10_000);
    try (var socket = (SSLSocket) tls.createSocket(plain, host, port, true)) {
      var parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return socket.getSession().getProtocol();
    }
  }

  private String read(String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }

  /// The values of this key, in any object and at any depth.
  private static List<String> values(String yaml, String key) {
    return Pattern.compile("^ *" + Pattern.quote(key) + ": (\\S+)$", Pattern.MULTILINE)
        .matcher(yaml)
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  private static List<String> decoded(String yaml, String key) throws Exception {
    var texts = new ArrayList<String>();
    for (var value : values(yaml, key)) {
      texts.add(Base64Text.decode(value).toUtf8());
    }
    return texts;
  }

  private static X509Certificate parse(String pem) throws Exception {
    var bytes = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(bytes);
  }

  private static Set<String> namesIn(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
