package dev.countersign.cli;

import dev.countersign.registry.Deadline;
import dev.countersign.trust.TrustedRoot;
import dev.countersign.trust.Validity;
import dev.countersign.verify.Authority;
import dev.countersign.verify.Witnessing;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Whose signature counts, as the flags say: the holder of a key, or of a certificate for an
/// identity.
record WantedSigner(Arguments arguments, World world, RegistryAccess access) {
  static final Flag IDENTITY =
      Flag.text("certificate-identity", "whom the certificate must name, exactly");
  static final Flag IDENTITY_EXPRESSION =
      Flag.text("certificate-identity-regexp", "expression that must match whom it names");
  static final Flag ISSUER =
      Flag.text("certificate-oidc-issuer", "who must have vouched for that identity, exactly");
  static final Flag ISSUER_EXPRESSION =
      Flag.text("certificate-oidc-issuer-regexp", "expression that must match who vouched");
  static final Flag USE_TIMESTAMPS =
      Flag.off("use-signed-timestamps", "demand the timestamp of a trusted authority");
  static final Flag IGNORE_SCT =
      Flag.off("insecure-ignore-sct", "take certificates that no log has promised to publish");

  static final Flag WORKFLOW_NAME = workflow("name");
  static final Flag WORKFLOW_REF = workflow("ref");
  static final Flag WORKFLOW_REPOSITORY = workflow("repository");
  static final Flag WORKFLOW_SHA = workflow("sha");
  static final Flag WORKFLOW_TRIGGER = workflow("trigger");

  static final List<Flag> FLAGS =
      Stream.of(
              List.of(IDENTITY, IDENTITY_EXPRESSION, ISSUER, ISSUER_EXPRESSION),
              List.of(WORKFLOW_NAME, WORKFLOW_REF, WORKFLOW_REPOSITORY),
              List.of(WORKFLOW_SHA, WORKFLOW_TRIGGER, USE_TIMESTAMPS, IGNORE_SCT),
              TrustFiles.FLAGS)
          .flatMap(List::stream)
          .toList();

  private static Flag workflow(String name) {
    return Flag.text(
        "certificate-github-workflow-" + name,
        "what the certificate must say of the GitHub workflow");
  }

  /// Reads the key or the identity, and whom else to believe.
  Authority read(Deadline deadline) throws Failure, IOException {
    return read(LogDemand.of(arguments, world), deadline);
  }

  /// The same, where a log must have recorded the signature.
  Authority logged(Deadline deadline) throws Failure, IOException {
    return read(LogDemand.DEMANDED, deadline);
  }

  private Authority read(LogDemand demand, Deadline deadline) throws Failure, IOException {
    var key = arguments.find(Verify.KEY);
    if (key.isPresent() && namesIdentity()) {
      throw new Failure(
          "expected --key or a certificate identity (--certificate-identity), got both");
    }
    return key.isPresent() ? byKey(key.get(), demand, deadline) : keyless(demand, deadline);
  }

  private boolean namesIdentity() {
    return FLAGS.stream()
        .filter(flag ->
            flag.name().startsWith("certificate-") && !flag.name().equals("certificate-chain"))
        .anyMatch(flag -> arguments.find(flag).isPresent());
  }

  private Authority.Key byKey(String reference, LogDemand demand, Deadline deadline)
      throws Failure, IOException {
    var key = new Keys(world, access).readPublic(reference, deadline);
    int logs = demand == LogDemand.DEMANDED ? 1 : 0;
    int timestamps = timestamps();
    var files = new TrustFiles(arguments, world);
    var root =
        logs + timestamps > 0 ? Optional.of(trust(files, deadline)) : files.findTrustedRoot();
    return new Authority.Key(
        reference,
        key,
        Validity.ALWAYS,
        root.map(trusted -> new Witnessing(trusted, logs, timestamps, 0)));
  }

  private Authority keyless(LogDemand demand, Deadline deadline) throws Failure, IOException {
    if (!namesIdentity()) {
      throw new Failure("expected --key or --certificate-identity");
    }
    var identity = new WantedIdentity(arguments, world).read();
    var trusted = trust(new TrustFiles(arguments, world), deadline);
    int logs = demand == LogDemand.IGNORED ? 0 : 1;
    int certificateLogs = arguments.isOn(IGNORE_SCT) ? 0 : 1;
    if (logs == 0) {
      world.warn(
          "Skipping tlog verification is an insecure practice that lacks transparency and"
              + " auditability verification for the signature.");
    }
    if (certificateLogs == 0) {
      world.warn("Nobody may ever see the certificate (--insecure-ignore-sct).");
    }
    return new Authority.Keyless(
        identity.toString(),
        identity,
        new Witnessing(trusted, logs, timestamps(), certificateLogs));
  }

  private int timestamps() {
    var isDemanded =
        arguments.isOn(USE_TIMESTAMPS) || arguments.find(TrustFiles.TIMESTAMP_CHAIN).isPresent();
    return isDemanded ? 1 : 0;
  }

  /// The TUF repository is asked only where no file says whom to trust.
  private TrustedRoot trust(TrustFiles files, Deadline deadline) throws Failure, IOException {
    var named = files.find();
    var trusted =
        named.isPresent() ? named : new TufRepository(world, access, deadline).trustedRoot();
    return trusted.orElseThrow(() ->
        new Failure("expected --trusted-root: whose certificates and logs count?")
            .withHint("a trusted_root.json; countersign initialize fetches the public one"));
  }
}
