package dev.countersign.cli;

import dev.countersign.format.Bytes;
import dev.countersign.format.Pem;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A server's certificate with its P-256 key, under an authority that signed this one and no other:
/// the authority's key is forgotten at once. Not RSA, with which a handshake costs the server
/// several times as much.
///
/// The only class that knows how certificates are made.
final class ServiceCertificate {
  /// The longest that any client accepts, Apple's.
  private static final Duration LIFE = Duration.ofDays(825);

  /// How far the clocks of a cluster may be behind.
  private static final Duration CLOCK_SKEW = Duration.ofHours(1);

  private final X509Certificate authority;
  private final X509Certificate certificate;
  private final Bytes key;

  private ServiceCertificate(X509Certificate authority, X509Certificate certificate, Bytes key) {
    this.authority = authority;
    this.certificate = certificate;
    this.key = key;
  }

  /// Who vouches for whom, from when.
  private record Wish(X500Name issuer, X500Name subject, KeyPair keys, Instant now) {}

  /// A new certificate for DNS names, the first of which is its subject too.
  ///
  /// @param names each of at most 253 characters, the first of at most 64
  static ServiceCertificate issue(List<String> names, Instant now, SecureRandom random) {
    try {
      var root = new X500Name("CN=Countersign CA " + serial(random).toString(16));
      var rootKeys = keys(random);
      var own = keys(random);
      var authority = authority(new Wish(root, root, rootKeys, now), random);
      var wish = new Wish(root, new X500Name("CN=" + names.getFirst()), own, now);
      return new ServiceCertificate(
          authority,
          server(wish, names, rootKeys, random),
          Bytes.copyOf(own.getPrivate().getEncoded()));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new AssertionError("every Java runtime has P-256 and SHA-256", e);
    }
  }

  private static X509Certificate authority(Wish wish, SecureRandom random)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    var builder = builder(wish, wish.keys(), random);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
    return sign(builder, wish.keys());
  }

  private static X509Certificate server(
      Wish wish, List<String> names, KeyPair authority, SecureRandom random)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    var builder = builder(wish, authority, random);
    var all =
        names.stream()
            .map(name -> new GeneralName(GeneralName.dNSName, name))
            .toArray(GeneralName[]::new);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    builder.addExtension(
        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
    builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(all));
    return sign(builder, authority);
  }

  private static X509v3CertificateBuilder builder(Wish wish, KeyPair authority, SecureRandom random)
      throws GeneralSecurityException, IOException {
    var ids = new JcaX509ExtensionUtils();
    return new JcaX509v3CertificateBuilder(
            wish.issuer(),
            serial(random),
            Date.from(wish.now().minus(CLOCK_SKEW)),
            Date.from(wish.now().plus(LIFE)),
            wish.subject(),
            wish.keys().getPublic())
        .addExtension(
            Extension.subjectKeyIdentifier,
            false,
            ids.createSubjectKeyIdentifier(wish.keys().getPublic()))
        .addExtension(
            Extension.authorityKeyIdentifier,
            false,
            ids.createAuthorityKeyIdentifier(authority.getPublic()));
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, KeyPair authority)
      throws GeneralSecurityException, OperatorCreationException {
    var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(authority.getPrivate());
    return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
  }

  private static KeyPair keys(SecureRandom random) throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"), random);
    return generator.generateKeyPair();
  }

  /// 128 random bits, positive and never shorter.
  private static BigInteger serial(SecureRandom random) {
    return new BigInteger(128, random).setBit(128);
  }

  /// The authority's own certificate.
  String authorityPem() {
    return pem(authority);
  }

  /// The server's certificate. The chain has no other: its authority is the root.
  String certificatePem() {
    return pem(certificate);
  }

  /// The server's private key in PKCS#8, unencrypted.
  String keyPem() {
    return new Pem("PRIVATE KEY", key).toText();
  }

  /// When both certificates end, to the second.
  Instant end() {
    return certificate.getNotAfter().toInstant().truncatedTo(ChronoUnit.SECONDS);
  }

  private static String pem(X509Certificate certificate) {
    try {
      return new Pem("CERTIFICATE", Bytes.copyOf(certificate.getEncoded())).toText();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("we made this certificate", e);
    }
  }
}
