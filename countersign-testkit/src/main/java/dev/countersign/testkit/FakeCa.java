package dev.countersign.testkit;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A certificate authority for tests. Its keys are new each time and nobody should trust them.
public final class FakeCa {
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

  private static final List<KeyPurposeId> SERVER = List.of(KeyPurposeId.id_kp_serverAuth);
  private static final List<KeyPurposeId> CLIENT = List.of(KeyPurposeId.id_kp_clientAuth);
  private static final List<KeyPurposeId> TIMESTAMPS = List.of(KeyPurposeId.id_kp_timeStamping);
  private static final List<KeyPurposeId> WEBHOOK =
      List.of(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth);

  private final Identity identity;

  /// The kinds of keys that certificates are for.
  public enum KeyKind {
    ECDSA_P256,
    RSA_2048
  }

  /// What is signed, for how long, by whom.
  ///
  /// @param purposes none for an authority
  private record Wish(
      String subject, KeyKind kind, Validity validity, List<KeyPurposeId> purposes) {
    boolean isCa() {
      return purposes.isEmpty();
    }
  }

  private record Validity(Instant start, Instant end) {
    static Validity now() {
      return around(Instant.now());
    }

    static Validity past() {
      return around(Instant.now().minus(Duration.ofDays(30)));
    }

    static Validity around(Instant middle) {
      return new Validity(middle.minus(Duration.ofDays(1)), middle.plus(Duration.ofDays(1)));
    }
  }

  private FakeCa(Identity identity) {
    this.identity = identity;
  }

  /// A root with an ECDSA key.
  public static FakeCa create() {
    var wish =
        new Wish(
            "CN=Fake CA " + serial().toString(36), KeyKind.ECDSA_P256, Validity.now(), List.of());
    var keys = keys(wish.kind);
    var certificate = issue(wish, keys, keys.getPrivate(), wish.subject, new String[0]);
    return new FakeCa(new Identity(List.of(certificate), keys.getPrivate()));
  }

  /// An authority that this one vouches for; its certificate is in the chains of what it issues.
  public FakeCa intermediate() {
    return new FakeCa(
        identity(
            new Wish(
                "CN=Fake intermediate " + serial().toString(36),
                KeyKind.ECDSA_P256,
                Validity.now(),
                List.of())));
  }

  /// A server's certificate for DNS names and addresses, with an ECDSA key.
  public Identity server(String... names) {
    return server(KeyKind.ECDSA_P256, names);
  }

  public Identity server(KeyKind kind, String... names) {
    return identity(new Wish("CN=server", kind, Validity.now(), SERVER), names);
  }

  /// A server's certificate for all names of loopback.
  public Identity loopbackServer() {
    return server("localhost", "127.0.0.1", "::1");
  }

  /// A server's certificate that ended weeks ago.
  public Identity expiredServer(String... names) {
    return identity(new Wish("CN=server", KeyKind.ECDSA_P256, Validity.past(), SERVER), names);
  }

  /// A client's certificate for a common name, with an ECDSA key.
  public Identity client(String commonName) {
    return identity(new Wish("CN=" + commonName, KeyKind.ECDSA_P256, Validity.now(), CLIENT));
  }

  /// A client's certificate that ended weeks ago.
  public Identity expiredClient(String commonName) {
    return identity(new Wish("CN=" + commonName, KeyKind.ECDSA_P256, Validity.past(), CLIENT));
  }

  /// The certificate of a server that calls others by it too, as webhooks do: its name stands in
  /// the subject and among the DNS names.
  public Identity webhook(String name) {
    var wish = new Wish("CN=" + name, KeyKind.RSA_2048, Validity.now(), WEBHOOK);
    return identity(wish, name);
  }

  /// The certificate of a timestamp authority, with an ECDSA key.
  public Identity timestampAuthority() {
    return identity(new Wish("CN=timestamps", KeyKind.ECDSA_P256, Validity.now(), TIMESTAMPS));
  }

  Identity identity() {
    return identity;
  }

  public X509Certificate certificate() {
    return identity.certificate();
  }

  /// This authority's own certificate, as a file of trusted certificates.
  public String certificatePem() {
    return Pem.of(certificate());
  }

  private Identity identity(Wish wish, String... names) {
    var keys = keys(wish.kind);
    var issuer = identity.certificate().getSubjectX500Principal().getName();
    var chain = new ArrayList<X509Certificate>();
    chain.add(issue(wish, keys, identity.key(), issuer, names));
    identity.chain().stream()
        .filter(c -> !c.getSubjectX500Principal().equals(c.getIssuerX500Principal()))
        .forEach(chain::add);
    return new Identity(chain, keys.getPrivate());
  }

  private static BigInteger serial() {
    return new BigInteger(96, new SecureRandom()).setBit(96);
  }

  private static KeyPair keys(KeyKind kind) {
    try {
      return switch (kind) {
        case ECDSA_P256 -> {
          var generator = KeyPairGenerator.getInstance("EC");
          generator.initialize(new ECGenParameterSpec("secp256r1"));
          yield generator.generateKeyPair();
        }
        case RSA_2048 -> {
          var generator = KeyPairGenerator.getInstance("RSA");
          generator.initialize(2048);
          yield generator.generateKeyPair();
        }
      };
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static X509Certificate issue(
      Wish wish, KeyPair keys, PrivateKey signer, String issuer, String[] names) {
    try {
      var builder =
          new JcaX509v3CertificateBuilder(
              new X500Name(issuer),
              serial(),
              Date.from(wish.validity.start),
              Date.from(wish.validity.end),
              new X500Name(wish.subject),
              keys.getPublic());
      extend(builder, wish, keys, names);
      var algorithm = signer.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
      var signed = builder.build(new JcaContentSignerBuilder(algorithm).build(signer));
      return new JcaX509CertificateConverter().getCertificate(signed);
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void extend(
      JcaX509v3CertificateBuilder builder, Wish wish, KeyPair keys, String[] names)
      throws GeneralSecurityException, IOException {
    var ids = new JcaX509ExtensionUtils();
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(wish.isCa()));
    builder.addExtension(
        Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(keys.getPublic()));
    if (wish.isCa()) {
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      return;
    }
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    builder.addExtension(
        Extension.extendedKeyUsage,
        wish.purposes.equals(TIMESTAMPS), // RFC 3161 §2.3
        new ExtendedKeyUsage(wish.purposes.toArray(KeyPurposeId[]::new)));
    if (names.length > 0) {
      builder.addExtension(Extension.subjectAlternativeName, false, alternativeNames(names));
    }
  }

  private static GeneralNames alternativeNames(String[] names) {
    var all = new GeneralName[names.length];
    for (var i = 0; i < names.length; i++) {
      var isAddress = ADDRESS.matcher(names[i]).matches();
      all[i] = new GeneralName(isAddress ? GeneralName.iPAddress : GeneralName.dNSName, names[i]);
    }
    return new GeneralNames(all);
  }
}
