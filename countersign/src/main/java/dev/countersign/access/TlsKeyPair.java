package dev.countersign.access;

import dev.countersign.format.FormatException;
import dev.countersign.format.Pem;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/// A certificate chain and the private key of its first certificate, as one end of TLS shows them.
public final class TlsKeyPair {
  private static final int MAX_BYTES = 1 << 20;

  private final List<X509Certificate> chain;
  private final PrivateKey key;

  private TlsKeyPair(List<X509Certificate> chain, PrivateKey key) {
    this.chain = List.copyOf(chain);
    this.key = key;
  }

  /// Reads two PEM files, which may be one; the key is RSA or ECDSA in PKCS#8, PKCS#1 or SEC1 and
  /// not encrypted.
  ///
  /// @throws IOException if one cannot be read
  /// @throws FormatException if one holds something else, or the two do not belong together; the
  ///   message names the file and holds nothing of the key
  public static TlsKeyPair read(Path certificate, Path key) throws IOException, FormatException {
    return parse(Text.read(certificate), Text.read(key));
  }

  /// As [#read], of texts that were read elsewhere.
  public static TlsKeyPair parse(Text certificate, Text key) throws FormatException {
    var chain = parseChain(certificate);
    var privateKey = parsePrivateKey(key);
    if (!belongs(privateKey, chain.getFirst().getPublicKey())) {
      throw new FormatException(
          "expected the key of the first certificate in "
              + certificate
              + ", got another in "
              + key);
    }
    return new TlsKeyPair(chain, privateKey);
  }

  /// PEM blocks and where they come from. The blocks are not printed.
  ///
  /// @param name for messages
  public record Text(String name, String pem) {
    private static Text read(Path file) throws IOException {
      return new Text(file.toString(), TextFile.readLatin1(file, MAX_BYTES));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /// The own certificate first, then those between it and the root.
  public List<X509Certificate> chain() {
    return chain;
  }

  PrivateKey key() {
    return key;
  }

  /// What shows this pair in TLS. The store lies in memory beside the key, and JKS hides that by
  /// one hash, where PKCS12 takes 10,000 to put it in and out; the manager of `SunX509` takes it
  /// out once, that of `PKIX` for each handshake.
  public KeyManager[] keyManagers() {
    try {
      var store = KeyStore.getInstance("JKS");
      var password = new char[0];
      store.load(null, null);
      store.setKeyEntry("tls", key, password, chain.toArray(X509Certificate[]::new));
      var factory = KeyManagerFactory.getInstance("SunX509");
      factory.init(store, password);
      return factory.getKeyManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError("a key store in memory takes a key and its chain", e);
    }
  }

  /// Equal when certificates and key are.
  @Override
  public boolean equals(Object other) {
    return other instanceof TlsKeyPair that && chain.equals(that.chain) && key.equals(that.key);
  }

  @Override
  public int hashCode() {
    return chain.hashCode();
  }

  private static List<X509Certificate> parseChain(Text file) throws FormatException {
    var chain = new ArrayList<X509Certificate>();
    for (var block : PemBlocks.parse(file.pem())) {
      if (block.label().equals("CERTIFICATE")) {
        chain.add(parseCertificate(file, block));
      }
    }
    if (chain.isEmpty()) {
      throw new FormatException("expected " + file + " to hold a certificate in PEM, got none");
    }
    if (!isOrdered(chain)) {
      throw new FormatException(
          "expected each certificate in "
              + file
              + " to be issued by the one after it, got another order");
    }
    return chain;
  }

  private static X509Certificate parseCertificate(Text file, Pem block) throws FormatException {
    try {
      var der = new ByteArrayInputStream(block.content().toArray());
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(der);
    } catch (CertificateException e) {
      throw new FormatException(
          "expected " + file + " to hold X.509 certificates, got other bytes under CERTIFICATE", e);
    }
  }

  /// What key stores demand of a chain.
  private static boolean isOrdered(List<X509Certificate> chain) {
    for (int i = 1; i < chain.size(); i++) {
      var issuer = chain.get(i - 1).getIssuerX500Principal();
      if (!issuer.equals(chain.get(i).getSubjectX500Principal())) {
        return false;
      }
    }
    return new HashSet<>(chain).size() == chain.size();
  }

  private static PrivateKey parsePrivateKey(Text file) throws FormatException {
    for (var block : PemBlocks.parse(file.pem())) {
      if (block.label().endsWith("PRIVATE KEY")) {
        return parseKey(file, block);
      }
    }
    throw new FormatException("expected " + file + " to hold a private key in PEM, got none");
  }

  private static PrivateKey parseKey(Text file, Pem block) throws FormatException {
    try {
      var info = info(block);
      var rsa = info.getPrivateKeyAlgorithm().getAlgorithm();
      var name = rsa.equals(PKCSObjectIdentifiers.rsaEncryption) ? "RSA" : "EC";
      return KeyFactory.getInstance(name)
          .generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      // Parsers throw what they like at hostile bytes. Without the cause, which may show some.
      throw new FormatException(
          "expected "
              + file
              + " to hold an RSA or ECDSA key that is not encrypted, got a block "
              + block.label());
    }
  }

  private static PrivateKeyInfo info(Pem block) throws IOException {
    var der = ASN1Primitive.fromByteArray(block.content().toArray());
    if (der == null) {
      throw new EOFException("an empty block");
    }
    return switch (block.label()) {
      case "RSA PRIVATE KEY" ->
          new PrivateKeyInfo(
              new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE), der);
      case "EC PRIVATE KEY" -> {
        // SEC1 names the curve inside the key, PKCS#8 outside.
        var key = ECPrivateKey.getInstance(der);
        yield new PrivateKeyInfo(
            new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject()),
            key);
      }
      default -> PrivateKeyInfo.getInstance(der);
    };
  }

  private static boolean belongs(PrivateKey key, PublicKey publicKey) {
    var algorithm = key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
    var message = "does this key belong to this certificate?".getBytes(StandardCharsets.US_ASCII);
    try {
      var signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update(message);
      var verifying = Signature.getInstance(algorithm);
      verifying.initVerify(publicKey);
      verifying.update(message);
      return verifying.verify(signing.sign());
    } catch (GeneralSecurityException | RuntimeException e) {
      // Numbers that are no key do not compute.
      return false;
    }
  }

  @Override
  public String toString() {
    return "TlsKeyPair[" + chain.getFirst().getSubjectX500Principal() + ']';
  }
}
