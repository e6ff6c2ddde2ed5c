package dev.countersign.trust;

import dev.countersign.certificate.Certificate;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.key.PublicKey;
import java.util.ArrayList;
import java.util.List;

/// Trust from PEM files, as cosign took it before there was `trusted_root.json`: its variables
/// `SIGSTORE_…` and its flags name such files. Nothing in them says from when to when it counts.
public final class PemRoots {
  private PemRoots() {}

  /// The authorities that `pem` names: a root alone, and each intermediate under it. Certificates
  /// that do not lead to a root in `pem` count for nothing.
  ///
  /// @throws FormatException if it is no list of certificates, or none leads to a root
  public static List<CertificateAuthority> authorities(String pem) throws FormatException {
    var certificates = Certificate.parsePem(pem);
    var authorities = new ArrayList<CertificateAuthority>();
    for (var certificate : certificates) {
      if (certificate.isAuthority()) {
        add(certificate, certificates, authorities);
      }
    }
    return notEmpty(authorities);
  }

  /// The timestamp authorities that `pem` names: each certificate that signs timestamps, with those
  /// above it; where there is none, the authorities that issue such.
  ///
  /// @throws FormatException as above
  public static List<CertificateAuthority> timestampAuthorities(String pem) throws FormatException {
    var certificates = Certificate.parsePem(pem);
    var authorities = new ArrayList<CertificateAuthority>();
    for (var certificate : certificates) {
      if (!certificate.isAuthority()) {
        add(certificate, certificates, authorities);
      }
    }
    return authorities.isEmpty() ? authorities(pem) : authorities;
  }

  /// The log that signs with the key in `pem`.
  ///
  /// @throws FormatException if it is no public key
  public static TrustedLog log(String pem) throws FormatException {
    var key = PublicKey.parsePem(pem);
    Bytes id = HashAlgorithm.SHA256.of(key.spki());
    return new TrustedLog("", id, key, Validity.ALWAYS);
  }

  private static void add(
      Certificate first, List<Certificate> all, List<CertificateAuthority> authorities) {
    var chain = new ArrayList<Certificate>();
    chain.add(first);
    while (!chain.getLast().isSelfIssued()) {
      var last = chain.getLast();
      var next = all.stream().filter(one -> last.names(one) && !chain.contains(one)).findFirst();
      if (next.isEmpty()) {
        return;
      }
      chain.add(next.get());
    }
    authorities.add(new CertificateAuthority("", chain, Validity.ALWAYS));
  }

  private static List<CertificateAuthority> notEmpty(List<CertificateAuthority> authorities)
      throws FormatException {
    if (authorities.isEmpty()) {
      throw new FormatException("expected a root certificate, got none");
    }
    return List.copyOf(authorities);
  }
}
