package dev.countersign.cli;

import dev.countersign.certificate.FulcioExtension;
import dev.countersign.certificate.Identity;
import dev.countersign.verify.Signer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What cosign's JSON tells of a signer's certificate, by name and by object identifier.
final class CertificateMembers {
  private static final List<FulcioExtension> TOLD =
      List.of(
          FulcioExtension.GITHUB_WORKFLOW_TRIGGER,
          FulcioExtension.GITHUB_WORKFLOW_SHA,
          FulcioExtension.GITHUB_WORKFLOW_NAME,
          FulcioExtension.GITHUB_WORKFLOW_REPOSITORY,
          FulcioExtension.GITHUB_WORKFLOW_REF);

  private CertificateMembers() {}

  static Map<String, String> of(Signer signer) {
    return switch (signer) {
      case Signer.KeyHolder _ -> Map.of();
      case Signer.CertificateHolder(_, Identity identity) -> {
        var told = new TreeMap<String, String>();
        told.put("Subject", identity.subjects().getFirst());
        identity
            .issuer()
            .ifPresent(issuer -> {
              told.put("Issuer", issuer);
              told.put(FulcioExtension.OLD_ISSUER.oid(), issuer);
            });
        for (var extension : TOLD) {
          identity
              .extension(extension)
              .ifPresent(text -> {
                told.put(extension.toString(), text);
                told.put(extension.oid(), text);
              });
        }
        yield told;
      }
    };
  }
}
