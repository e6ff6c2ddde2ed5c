package dev.countersign.testkit;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/// A certificate as
/// [Fulcio](https://github.com/sigstore/fulcio/blob/main/docs/certificate-specification.md) issues
/// it: for one identity, for ten minutes, with the promise of a certificate log within ([RFC 6962
/// §3.2](https://www.rfc-editor.org/rfc/rfc6962#section-3.2)).
final class CodeSigningCertificate {
  private static final ASN1ObjectIdentifier PROMISES =
      new ASN1ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2");
  private static final ASN1ObjectIdentifier FULCIO =
      new ASN1ObjectIdentifier("1.3.6.1.4.1.57264.1");
  private static final Duration LIFE = Duration.ofMinutes(10);
  private static final byte[] ECDSA_SHA256 = {4, 3};

  private CodeSigningCertificate() {}

  /// @param log signs the promise; without one the certificate holds none
  static X509Certificate issue(
      IdentityToken identity, PublicKey key, Identity authority, @Nullable ServiceKey log) {
    try {
      var now = Instant.now();
      var builder =
          new JcaX509v3CertificateBuilder(
              new X500Name(authority.certificate().getSubjectX500Principal().getName()),
              new BigInteger(159, new SecureRandom()).setBit(158),
              Date.from(now),
              Date.from(now.plus(LIFE)),
              new X500Name(""),
              key);
      extend(builder, identity, key, authority);
      if (log != null) {
        var poisonless = sign(builder, authority).toASN1Structure().getTBSCertificate();
        var promise = promise(poisonless.getEncoded(ASN1Encoding.DER), now, authority, log);
        builder.addExtension(PROMISES, false, new DEROctetString(promise));
      }
      return new JcaX509CertificateConverter().getCertificate(sign(builder, authority));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new AssertionError(e);
    }
  }

  private static X509CertificateHolder sign(JcaX509v3CertificateBuilder builder, Identity authority)
      throws OperatorCreationException {
    return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(authority.key()));
  }

  private static void extend(
      JcaX509v3CertificateBuilder builder,
      IdentityToken identity,
      PublicKey key,
      Identity authority)
      throws GeneralSecurityException, IOException {
    var ids = new JcaX509ExtensionUtils();
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    builder.addExtension(
        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_codeSigning));
    builder.addExtension(
        Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(key));
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        ids.createAuthorityKeyIdentifier(authority.certificate().getPublicKey()));
    var isUri = identity.subject().contains("://");
    builder.addExtension(
        Extension.subjectAlternativeName,
        true,
        new GeneralNames(
            new GeneralName(
                isUri ? GeneralName.uniformResourceIdentifier : GeneralName.rfc822Name,
                identity.subject())));
    var issuer = identity.issuer().getBytes(StandardCharsets.UTF_8);
    builder.addExtension(FULCIO.branch("1"), false, issuer);
    builder.addExtension(FULCIO.branch("8"), false, new DERUTF8String(identity.issuer()));
    if (identity.subject().equals(FakeIssuer.WORKFLOW)) {
      addWorkflow(builder);
    }
  }

  /// What Fulcio copies from the tokens of GitHub's runners.
  private static void addWorkflow(JcaX509v3CertificateBuilder builder) throws IOException {
    var values = new String[] {"push", "0".repeat(40), "release", "acme/app", "refs/heads/main"};
    for (var i = 0; i < values.length; i++) {
      builder.addExtension(
          FULCIO.branch(String.valueOf(i + 2)), false, values[i].getBytes(StandardCharsets.UTF_8));
    }
  }

  /// The list with one promise.
  private static byte[] promise(byte[] tbs, Instant now, Identity authority, ServiceKey log)
      throws IOException {
    var issuerKey = authority.certificate().getPublicKey().getEncoded();
    var signed = new ByteArrayOutputStream();
    var out = new DataOutputStream(signed);
    out.writeShort(0); // version 1, of a certificate
    out.writeLong(now.toEpochMilli());
    out.writeShort(1); // a precertificate
    out.write(ServiceKey.sha256(issuerKey));
    out.writeByte(tbs.length >> 16);
    out.writeShort(tbs.length);
    out.write(tbs);
    out.writeShort(0); // no extensions
    var signature = log.sign(signed.toByteArray());

    var length = 1 + 32 + 8 + 2 + 2 + 2 + signature.length;
    var list = new ByteArrayOutputStream();
    out = new DataOutputStream(list);
    out.writeShort(length + 2);
    out.writeShort(length);
    out.writeByte(0);
    out.write(log.id());
    out.writeLong(now.toEpochMilli());
    out.writeShort(0);
    out.write(ECDSA_SHA256);
    out.writeShort(signature.length);
    out.write(signature);
    return list.toByteArray();
  }
}
