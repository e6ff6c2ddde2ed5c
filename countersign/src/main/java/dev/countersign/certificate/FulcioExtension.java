package dev.countersign.certificate;

/// What Fulcio writes about the token that a certificate was issued for
/// ([directory](https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md)). Up to number 6 the
/// value is the text itself, from 8 on a DER UTF8String.
public enum FulcioExtension {
  OLD_ISSUER(1, "issuer"),
  GITHUB_WORKFLOW_TRIGGER(2, "githubWorkflowTrigger"),
  GITHUB_WORKFLOW_SHA(3, "githubWorkflowSha"),
  GITHUB_WORKFLOW_NAME(4, "githubWorkflowName"),
  GITHUB_WORKFLOW_REPOSITORY(5, "githubWorkflowRepository"),
  GITHUB_WORKFLOW_REF(6, "githubWorkflowRef"),
  ISSUER(8, "issuer"),
  BUILD_SIGNER_URI(9, "buildSignerURI"),
  BUILD_SIGNER_DIGEST(10, "buildSignerDigest"),
  RUNNER_ENVIRONMENT(11, "runnerEnvironment"),
  SOURCE_REPOSITORY_URI(12, "sourceRepositoryURI"),
  SOURCE_REPOSITORY_DIGEST(13, "sourceRepositoryDigest"),
  SOURCE_REPOSITORY_REF(14, "sourceRepositoryRef"),
  SOURCE_REPOSITORY_IDENTIFIER(15, "sourceRepositoryIdentifier"),
  SOURCE_REPOSITORY_OWNER_URI(16, "sourceRepositoryOwnerURI"),
  SOURCE_REPOSITORY_OWNER_IDENTIFIER(17, "sourceRepositoryOwnerIdentifier"),
  BUILD_CONFIG_URI(18, "buildConfigURI"),
  BUILD_CONFIG_DIGEST(19, "buildConfigDigest"),
  BUILD_TRIGGER(20, "buildTrigger"),
  RUN_INVOCATION_URI(21, "runInvocationURI"),
  SOURCE_REPOSITORY_VISIBILITY(22, "sourceRepositoryVisibilityAtSigning"),
  DEPLOYMENT_ENVIRONMENT(23, "deploymentEnvironment"),
  TOKEN_SUBJECT(24, "tokenSubject");

  private static final int LAST_RAW = 6;

  private final int number;
  private final String name;

  FulcioExtension(int number, String name) {
    this.number = number;
    this.name = name;
  }

  /// The object identifier, in dots.
  public String oid() {
    return "1.3.6.1.4.1.57264.1." + number;
  }

  /// Whether the value is the text itself.
  boolean isRaw() {
    return number <= LAST_RAW;
  }

  /// The name that cosign and sigstore-go give it, `sourceRepositoryURI`.
  @Override
  public String toString() {
    return name;
  }
}
