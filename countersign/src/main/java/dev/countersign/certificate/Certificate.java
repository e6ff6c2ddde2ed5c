package dev.countersign.certificate;

import dev.countersign.der.DerReader;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.format.Pem;
import dev.countersign.key.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A certificate ([RFC 5280 §4.1](https://www.rfc-editor.org/rfc/rfc5280#section-4.1)) in strict
/// DER, not yet believed.
///
/// Two are equal when their bytes are. Immutable.
public final class Certificate {
  /// The most that are read of one text.
  public static final int MOST = 16;

  private static final int MAX_BYTES = 65_536;
  private static final String LABEL = "CERTIFICATE";
  private static final String END = "-----END " + LABEL + "-----";

  private final Bytes der;
  private final X509Certificate x509;
  private final PublicKey key;

  private Certificate(Bytes der, X509Certificate x509, PublicKey key) {
    this.der = der;
    this.x509 = x509;
    this.key = key;
  }

  /// Reads one certificate.
  ///
  /// @throws FormatException for anything else, or if its key is of a kind that [PublicKey] is not
  public static Certificate parse(Bytes der) throws FormatException {
    if (der.size() > MAX_BYTES) {
      throw new FormatException("expected a certificate, got " + der.size() + " bytes");
    }
    var x509 = x509(der);
    return new Certificate(der, x509, PublicKey.parseDer(TbsCertificate.parse(der).spki()));
  }

  private static X509Certificate x509(Bytes der) throws FormatException {
    DerReader.ofSequence(der.toArray());
    try {
      var x509 =
          (X509Certificate)
              CertificateFactory.getInstance("X.509").generateCertificate(der.asStream());
      if (!Arrays.equals(x509.getEncoded(), der.toArray())) {
        throw new FormatException("expected a certificate in DER, got another spelling of it");
      }
      return x509;
    } catch (CertificateException e) {
      throw new FormatException("expected an X.509 certificate, got other bytes", e);
    }
  }

  /// Reads the PEM blocks of `text`, which must be certificates, 1 to [#MOST].
  ///
  /// @throws FormatException for anything else
  public static List<Certificate> parsePem(String text) throws FormatException {
    var certificates = new ArrayList<Certificate>();
    for (var rest = text;
        !rest.isBlank();
        rest = rest.substring(rest.indexOf(END) + END.length())) {
      var block = Pem.parseFirst(rest);
      if (!block.label().equals(LABEL)) {
        throw new FormatException("expected a PEM block CERTIFICATE, got " + block.label());
      }
      if (certificates.size() == MOST) {
        throw new FormatException("expected at most " + MOST + " certificates, got more");
      }
      certificates.add(parse(block.content()));
    }
    if (certificates.isEmpty()) {
      throw new FormatException("expected a PEM block CERTIFICATE, got none");
    }
    return List.copyOf(certificates);
  }

  /// The certificate as it came.
  public Bytes der() {
    return der;
  }

  /// The certificate as a PEM block.
  public String toPem() {
    return new Pem(LABEL, der).toText();
  }

  /// The key that it is about.
  public PublicKey key() {
    return key;
  }

  /// The first second at which it is valid.
  public Instant notBefore() {
    return x509.getNotBefore().toInstant();
  }

  /// The last second at which it is valid.
  public Instant notAfter() {
    return x509.getNotAfter().toInstant();
  }

  /// Whether it is valid at `time`, its ends included.
  public boolean isValidAt(Instant time) {
    return !time.isBefore(notBefore()) && !time.isAfter(notAfter());
  }

  /// Whether it may issue others, as it says.
  public boolean isAuthority() {
    return x509.getBasicConstraints() >= 0;
  }

  /// Whether it names itself as its issuer.
  public boolean isSelfIssued() {
    return x509.getSubjectX500Principal().equals(x509.getIssuerX500Principal());
  }

  /// Whether `issuer` is named as its issuer.
  public boolean names(Certificate issuer) {
    return x509.getIssuerX500Principal().equals(issuer.x509.getSubjectX500Principal());
  }

  /// What it may be used for, as object identifiers; empty if it does not say.
  Optional<List<String>> purposes() throws FormatException {
    try {
      return Optional.ofNullable(x509.getExtendedKeyUsage());
    } catch (CertificateParsingException e) {
      throw new FormatException("expected an extended key usage, got another value", e);
    }
  }

  boolean isCritical(String extension) {
    var critical = x509.getCriticalExtensionOIDs();
    return critical != null && critical.contains(extension);
  }

  /// The value of the extension `oid`, in dots.
  Optional<byte[]> extension(String oid) throws FormatException {
    var value = x509.getExtensionValue(oid);
    if (value == null) {
      return Optional.empty();
    }
    return Optional.of(DerReader.of(value).content(DerReader.OCTET_STRING));
  }

  X509Certificate x509() {
    return x509;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Certificate that && der.equals(that.der);
  }

  @Override
  public int hashCode() {
    return der.hashCode();
  }

  /// Its subject, or if that is empty its SHA-256.
  @Override
  public String toString() {
    var name = x509.getSubjectX500Principal().getName();
    return name.isEmpty() ? "certificate SHA256:" + HashAlgorithm.SHA256.hexOf(der) : name;
  }
}
