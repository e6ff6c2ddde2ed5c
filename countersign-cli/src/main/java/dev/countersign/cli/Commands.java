package dev.countersign.cli;

import java.util.List;
import java.util.Optional;

/// The subcommands by name. Finding one loads no other's class.
final class Commands {
  static final List<Summary> SUMMARIES =
      List.of(
          new Summary("generate-key-pair", "make a key pair: cosign.key and cosign.pub"),
          new Summary("import-key-pair", "encrypt an existing PEM key as a key pair"),
          new Summary("public-key", "print the public half of a key"),
          new Summary("sign", "sign images"),
          new Summary("verify", "verify the signatures of images"),
          new Summary("sign-blob", "sign files"),
          new Summary("verify-blob", "verify the signature of a file"),
          new Summary("attest", "attest something of images"),
          new Summary("verify-attestation", "verify the attestations of images"),
          new Summary("attest-blob", "attest something of a file"),
          new Summary("verify-blob-attestation", "verify an attestation of a file"),
          new Summary("copy", "copy an image with all that is attached to it"),
          new Summary("save", "save an image with all that is attached to it in a folder"),
          new Summary("load", "push a saved image to a registry"),
          new Summary("clean", "remove the signatures and attestations of an image"),
          new Summary("download signature", "print the signatures of an image"),
          new Summary("download attestation", "print the attestations of an image"),
          new Summary("attach signature", "store a signature that was made elsewhere"),
          new Summary("attach attestation", "store attestations that were made elsewhere"),
          new Summary("bundle create", "make a bundle of a signature that is there"),
          new Summary("bundle inspect", "show what stands in a bundle, verifying nothing"),
          new Summary("bundle upgrade", "bring a bundle to version 0.3"),
          new Summary("verify-bundle", "verify any sigstore bundle of a file"),
          new Summary("sign-bundle", "sign a file or a statement as an identity"),
          new Summary("initialize", "fetch whom to trust, and which services to ask"),
          new Summary("trusted-root create", "write whose certificates and logs count"),
          new Summary("signing-config create", "write which services a signer asks"),
          new Summary("tree", "show what is attached to an image"),
          new Summary("triangulate", "print where the signatures of an image lie"),
          new Summary("login", "store the credentials of a registry"),
          new Summary("serve", "answer Gatekeeper in a cluster"),
          new Summary("explain", "tell why an image is allowed or denied"),
          new Summary("policy check", "check a policy file for serve"),
          new Summary("certs", "make the provider's TLS certificate and trust in it"),
          new Summary("doctor", "say what is wrong with the set-up of a cluster"),
          new Summary("demo", "show it all on this machine, without a cluster"),
          new Summary("env", "print the environment variables that are read"),
          new Summary("version", "print the version"),
          new Summary("completion", "print a completion script for a shell"),
          new Summary("help", "show the help of a command"));

  private Commands() {}

  /// A line of the overview.
  record Summary(String name, String text) {}

  static Optional<Command> find(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "generate-key-pair" -> new GenerateKeyPair();
          case "import-key-pair" -> new ImportKeyPair();
          case "public-key" -> new ShowPublicKey();
          case "sign" -> new Sign();
          case "verify" -> new Verify();
          case "sign-blob" -> new SignBlob();
          case "verify-blob" -> new VerifyBlob();
          case "attest" -> new Attest();
          case "verify-attestation" -> new VerifyAttestation();
          case "attest-blob" -> new AttestBlob();
          case "verify-blob-attestation" -> new VerifyBlobAttestation();
          case "verify-bundle" -> new VerifyBundle();
          case "copy" -> new Copy();
          case "save" -> new Save();
          case "load" -> new Load();
          case "clean" -> new Clean();
          case "download signature" -> new DownloadSignature();
          case "download attestation" -> new DownloadAttestation();
          case "attach signature" -> new AttachSignature();
          case "attach attestation" -> new AttachAttestation();
          case "bundle create" -> new CreateBundle();
          case "bundle inspect" -> new InspectBundle();
          case "bundle upgrade" -> new UpgradeBundle();
          case "sign-bundle" -> new SignBundle();
          case "initialize" -> new Initialize();
          case "trusted-root create" -> new CreateTrustedRoot();
          case "signing-config create" -> new CreateSigningConfig();
          case "tree" -> new Tree();
          case "triangulate" -> new Triangulate();
          case "login" -> new Login();
          case "serve" -> new Serve();
          case "explain" -> new Explain();
          case "policy check" -> new PolicyCheck();
          case "certs" -> new Certs();
          case "doctor" -> new Doctor();
          case "demo" -> new Demo();
          case "env" -> new ShowEnvironment();
          case "version" -> new Version();
          case "completion" -> new Completion();
          case "help" -> new ShowHelp();
          default -> null;
        });
  }

  /// Whether `name` is the first word of subcommands of two words.
  static boolean isGroup(String name) {
    return SUMMARIES.stream().anyMatch(summary -> summary.name().startsWith(name + ' '));
  }

  static List<String> names() {
    return SUMMARIES.stream().map(Summary::name).toList();
  }
}
