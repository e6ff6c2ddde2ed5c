package dev.countersign.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;

/// DER in the textual form of RFC 7468.
final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN [A-Z ]+-----([A-Za-z0-9+/=\\s]+)-----END [A-Z ]+-----");

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

  /// The DER in the first block, whatever its label.
  static byte[] firstBlock(String pem) throws Refusal {
    var matcher = BLOCK.matcher(pem);
    if (!matcher.find()) {
      throw Refusal.plain(400, "expected PEM, got none");
    }
    try {
      return Base64.getMimeDecoder().decode(matcher.group(1));
    } catch (IllegalArgumentException e) {
      throw Refusal.plain(400, "expected PEM, got no base64");
    }
  }

  static String of(PublicKey key) {
    return text("PUBLIC KEY", key.getEncoded());
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
