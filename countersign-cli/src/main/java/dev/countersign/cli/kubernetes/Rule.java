package dev.countersign.cli.kubernetes;

import java.util.Locale;

/// What `doctor` looks for, in the order in which it tells. Names and advice are in
/// `docs/doctor.md`.
public enum Rule {
  NOT_READABLE(
      Severity.ERROR,
      "let doctor read it: get and list on this resource, of a server that is well"),
  PROVIDER_MISSING(Severity.ERROR, "make it: countersign certs --apply"),
  PROVIDER_URL(
      Severity.ERROR,
      "set spec.url to https://<service>.<namespace>.svc:8090/v1/verify (or /v1/mutate)"),
  PROVIDER_CA_BUNDLE(Severity.ERROR, "fill in caBundle: countersign certs --apply"),
  PROVIDER_CA_ENDS(Severity.WARNING, "renew it before that day: countersign certs --apply"),
  PROVIDER_CERTIFICATE(
      Severity.ERROR, "make both anew, so that they belong together: countersign certs --apply"),
  PROVIDER_UNREACHABLE(
      Severity.ERROR, "see that its Pods are ready, and that NetworkPolicies let Gatekeeper in"),
  PROVIDER_TIMEOUT(Severity.ERROR, "set spec.timeout to 1"),
  EXTERNAL_DATA_OFF(Severity.ERROR, "take --enable-external-data=false out of its arguments"),
  WEBHOOK_MISSING(Severity.ERROR, "install Gatekeeper with its validating webhook"),
  WEBHOOK_TIMEOUT(
      Severity.ERROR,
      "give the webhook more seconds (10), or let fewer constraints match one namespace"),
  WEBHOOK_FAILURE_POLICY(
      Severity.WARNING, "set failurePolicy: Fail, so that a webhook that is late or down refuses"),
  MUTATION_TIMEOUT(
      Severity.WARNING,
      "give the mutating webhook 2 seconds, so that images are pinned when the registry is slow"),
  RESPONSE_CACHE(
      Severity.WARNING, "start Gatekeeper with --external-data-provider-response-cache-ttl=10s"),
  TEMPLATE_MISSING(Severity.ERROR, "apply deploy/gatekeeper"),
  TEMPLATE_PLACES(
      Severity.ERROR, "use the template of deploy/gatekeeper, which looks at all of them"),
  CONSTRAINT_MISSING(Severity.ERROR, "apply deploy/gatekeeper/opt-in or opt-out"),
  CONSTRAINT_KINDS(Severity.ERROR, "name all kinds, as deploy/gatekeeper/opt-in does"),
  CONSTRAINTS_OVERLAP(
      Severity.WARNING, "let one constraint match a namespace: excludedNamespaces in the other"),
  CONSTRAINT_NOT_DENYING(
      Severity.WARNING, "set enforcementAction: deny where images must be signed"),
  TAGS_NOT_PINNED(
      Severity.WARNING, "apply the Assigns of deploy/gatekeeper, or name images by digest"),
  KEY_MOUNT_SUBPATH(Severity.ERROR, "mount the folder, without subPath"),
  REGISTRY(Severity.ERROR, "mend the credentials or the way to the registry"),
  CLOCK(Severity.WARNING, "set the clock of this machine or of the API server's (NTP)");

  private final Severity severity;
  private final String advice;

  Rule(Severity severity, String advice) {
    this.severity = severity;
    this.advice = advice;
  }

  /// How bad it is.
  public enum Severity {
    /// Images are refused that should run, or may run unverified.
    ERROR,
    /// It works, and less well than it could.
    WARNING
  }

  /// The name in messages and docs.
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public Severity severity() {
    return severity;
  }

  /// What to change, in one line.
  public String advice() {
    return advice;
  }
}
