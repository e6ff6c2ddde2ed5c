package dev.countersign.verify;

import dev.countersign.certificate.FulcioExtension;
import dev.countersign.certificate.Identity;
import dev.countersign.format.OneLine;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// Whom a certificate must name: both a subject and the issuer of its token, since a subject is
/// only as good as whoever vouched for it.
///
/// @param extensions what else must stand in the certificate
public record IdentityMatch(
    TextMatch subject, TextMatch issuer, Map<FulcioExtension, TextMatch> extensions) {
  public IdentityMatch {
    var copy = new EnumMap<FulcioExtension, TextMatch>(FulcioExtension.class);
    copy.putAll(extensions);
    extensions = Collections.unmodifiableMap(copy);
  }

  /// Exactly this subject by this issuer.
  public static IdentityMatch exactly(String subject, String issuer) {
    return new IdentityMatch(new TextMatch.Exact(subject), new TextMatch.Exact(issuer), Map.of());
  }

  /// Why `identity` is another, in one line; empty if it is the wanted one.
  Optional<String> mismatch(Identity identity) {
    if (identity.subjects().stream().noneMatch(subject::matches)) {
      return Optional.of("expected a certificate for " + subject + ", got one for " + identity);
    }
    if (identity.issuer().filter(issuer::matches).isEmpty()) {
      return Optional.of(
          "expected a token of "
              + issuer
              + ", got one of "
              + OneLine.of(identity.issuer().orElse("nobody")));
    }
    return extensions.entrySet().stream()
        .filter(one -> identity.extension(one.getKey()).filter(one.getValue()::matches).isEmpty())
        .findFirst()
        .map(one ->
            "expected %s %s in the certificate, got %s"
                .formatted(
                    one.getKey(),
                    one.getValue(),
                    OneLine.of(identity.extension(one.getKey()).orElse("none"))));
  }

  /// Both, for people.
  @Override
  public String toString() {
    return subject + " by " + issuer;
  }
}
