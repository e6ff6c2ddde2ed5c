package dev.countersign.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;

/// DER in the textual form of RFC 7468.
final class Pem {
  private Pem() {}

  static String of(X509Certificate certificate) {
    try {
      return text("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new AssertionError(e);
    }
  }

  static String of(PrivateKey key, Identity.KeyForm form) {
    return switch (form) {
      case PKCS8 -> text("PRIVATE KEY", key.getEncoded());
      case TRADITIONAL -> traditional(key);
    };
  }

  private static String traditional(PrivateKey key) {
    try {
      var inner = PrivateKeyInfo.getInstance(key.getEncoded()).parsePrivateKey();
      if (key.getAlgorithm().equals("RSA")) {
        return text("RSA PRIVATE KEY", inner.toASN1Primitive().getEncoded());
      }
      var point = ECPrivateKey.getInstance(inner);
      // PKCS#8 names the curve outside, SEC 1 inside.
      var named = new ECPrivateKey(256, point.getKey(), SECObjectIdentifiers.secp256r1);
      return text("EC PRIVATE KEY", named.getEncoded());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String text(String label, byte[] der) {
    var lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encode(der);
    return "-----BEGIN "
        + label
        + "-----\n"
        + new String(lines, StandardCharsets.US_ASCII)
        + "\n-----END "
        + label
        + "-----\n";
  }
}
