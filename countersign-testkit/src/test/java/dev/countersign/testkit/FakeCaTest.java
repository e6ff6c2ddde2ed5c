package dev.countersign.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FakeCaTest extends RegistryTest {
  private final FakeCa ca = FakeCa.create();

  private Client.Answer getWith(SSLContext context) throws Exception {
    try (var tls = new Client(registry, context)) {
      return tls.get("/v2/");
    }
  }

  private void startWith(Identity identity) throws IOException {
    start(
        InProcessOptions.DEFAULT.withTransport(
            new Transport.Https(identity.serverContext(), Transport.ClientCertificate.NOT_ASKED)));
  }

  @Test
  void securesARegistryForThoseWhoTrustIt() throws Exception {
    start(InProcessOptions.DEFAULT.withHttps(ca));

    var answer = getWith(Identity.clientContext(ca));

    assertEquals(200, answer.status());
    assertEquals("TLSv1.3", answer.response().sslSession().orElseThrow().getProtocol());
    assertEquals("https://" + registry.hostAndPort() + '/', registry.uri().toString());
    assertThrows(
        SSLHandshakeException.class, () -> getWith(Identity.clientContext(FakeCa.create())));
  }

  @Test
  void servesTheNamesThatWereAskedForOnly() throws Exception {
    startWith(ca.server("localhost"));

    assertThrows(SSLHandshakeException.class, () -> getWith(Identity.clientContext(ca)));
    try (var tls = new Client(registry, Identity.clientContext(ca))) {
      assertEquals(200, tls.get("https://localhost:" + registry.port() + "/v2/").status());
    }
  }

  @Test
  void demandsAClientCertificateOfItsOwn() throws Exception {
    start(InProcessOptions.DEFAULT.withMutualTls(ca));

    assertEquals(200, getWith(ca.client("me").context(ca)).status());
    assertThrows(IOException.class, () -> getWith(Identity.clientContext(ca)));
    var stranger = FakeCa.create().client("me");
    assertThrows(IOException.class, () -> getWith(stranger.context(ca)));
  }

  @Test
  void vouchesThroughAnIntermediate() throws Exception {
    var identity = ca.intermediate().loopbackServer();
    startWith(identity);

    assertEquals(2, identity.chain().size());
    assertEquals(200, getWith(Identity.clientContext(ca)).status());
  }

  @Test
  void makesCertificatesThatHaveEnded() throws Exception {
    var identity = ca.expiredServer("127.0.0.1");
    startWith(identity);

    assertThrows(CertificateExpiredException.class, () -> identity.certificate().checkValidity());
    assertThrows(SSLHandshakeException.class, () -> getWith(Identity.clientContext(ca)));
  }

  @ParameterizedTest
  @EnumSource
  void writesKeysInBothForms(FakeCa.KeyKind kind) throws Exception {
    var identity = ca.server(kind, "localhost");
    var converter = new JcaPEMKeyConverter();

    var modern = (PrivateKeyInfo) parse(identity.keyPem(Identity.KeyForm.PKCS8));
    var traditional = (PEMKeyPair) parse(identity.keyPem(Identity.KeyForm.TRADITIONAL));

    assertTrue(isKeyOf(identity.certificate(), converter.getPrivateKey(modern)));
    var inner = traditional.getPrivateKeyInfo();
    assertTrue(isKeyOf(identity.certificate(), converter.getPrivateKey(inner)));
    assertFalse(identity.toString().contains("PRIVATE"));
  }

  private static boolean isKeyOf(X509Certificate certificate, PrivateKey key)
      throws GeneralSecurityException {
    var name = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    var signature = Signature.getInstance(name);
    signature.initSign(key);
    var signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    return signature.verify(signed);
  }

  private static Object parse(String pem) throws IOException {
    try (var parser = new PEMParser(new StringReader(pem))) {
      return parser.readObject();
    }
  }

  @Test
  void writesTheChainLeafFirst() throws Exception {
    var identity = ca.intermediate().server("localhost");
    var pem = identity.chainPem().getBytes(StandardCharsets.US_ASCII);

    var read =
        CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem));

    assertEquals(identity.chain(), List.copyOf(read));
    assertTrue(ca.certificatePem().startsWith("-----BEGIN CERTIFICATE-----\n"));
  }
}
