package dev.countersign.certificate;

import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import java.security.InvalidAlgorithmParameterException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Certificates, each issued by the next, from a signer's up to a root that is trusted.
///
/// @param root trusted by whoever asks
public record CertificatePath(Certificate leaf, List<Certificate> intermediates, Certificate root) {
  public CertificatePath {
    intermediates = List.copyOf(intermediates);
  }

  /// The certificate that issued the leaf, if the path is valid.
  public Certificate issuer() {
    return intermediates.isEmpty() ? root : intermediates.getFirst();
  }

  /// Why the leaf proves nothing at `time`, in one line; empty if the whole path, the root
  /// included, is valid then and for `purpose`.
  ///
  /// The path is validated by the runtime ([RFC 5280
  /// §6.1](https://www.rfc-editor.org/rfc/rfc5280#section-6.1)): signatures, names, constraints,
  /// key usage, critical extensions. It takes the root as it is and asks nobody for a purpose;
  /// these two are added here. Revocation is not asked for: these certificates live for minutes.
  public Optional<String> problem(Instant time, Purpose purpose) {
    return outdated(time).or(() -> invalid(time)).or(() -> otherPurpose(purpose));
  }

  private List<Certificate> all() {
    var all = new ArrayList<Certificate>();
    all.add(leaf);
    all.addAll(intermediates);
    all.add(root);
    return all;
  }

  /// The intermediates and the root must be valid too (CVE-2026-24122).
  private Optional<String> outdated(Instant time) {
    return all().stream()
        .filter(certificate -> !certificate.isValidAt(time))
        .findFirst()
        .map(certificate ->
            "the certificate%s is valid from %s until %s, and not at %s"
                .formatted(
                    certificate.equals(leaf) ? "" : " of " + OneLine.of(certificate.toString()),
                    certificate.notBefore(),
                    certificate.notAfter(),
                    time));
  }

  private Optional<String> invalid(Instant time) {
    var path = new ArrayList<X509Certificate>();
    path.add(leaf.x509());
    intermediates.forEach(certificate -> path.add(certificate.x509()));
    try {
      var parameters = new PKIXParameters(Set.of(new TrustAnchor(root.x509(), null)));
      parameters.setDate(Date.from(time));
      parameters.setRevocationEnabled(false);
      CertPathValidator.getInstance("PKIX")
          .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
      return Optional.empty();
    } catch (CertPathValidatorException e) {
      return Optional.of("the certificate was not issued by a trusted authority: " + reason(e));
    } catch (CertificateException
        | NoSuchAlgorithmException
        | InvalidAlgorithmParameterException e) {
      throw new AssertionError("every Java runtime validates paths of its certificates", e);
    }
  }

  private static String reason(CertPathValidatorException e) {
    return OneLine.of(String.valueOf(e.getMessage()));
  }

  /// A purpose that an issuer leaves out is none of what it issued, as in Go; a timestamp
  /// authority's certificate has this one purpose, and says so critically ([RFC 3161
  /// §2.3](https://www.rfc-editor.org/rfc/rfc3161#section-2.3)).
  private Optional<String> otherPurpose(Purpose purpose) {
    try {
      var own = leaf.purposes().orElse(List.of());
      var fits =
          switch (purpose) {
            case CODE_SIGNING -> own.contains(purpose.oid());
            case TIME_STAMPING ->
                own.equals(List.of(purpose.oid())) && leaf.isCritical(Purpose.EXTENSION);
          };
      if (!fits) {
        return Optional.of("the certificate is not for " + purpose);
      }
      for (var certificate : all()) {
        var purposes = certificate.purposes();
        if (purposes.isPresent()
            && !purposes.get().contains(purpose.oid())
            && !purposes.get().contains(Purpose.ANY)) {
          return Optional.of("its issuer's certificate is not for " + purpose);
        }
      }
      return Optional.empty();
    } catch (FormatException e) {
      return Optional.of(e.problem());
    }
  }
}
