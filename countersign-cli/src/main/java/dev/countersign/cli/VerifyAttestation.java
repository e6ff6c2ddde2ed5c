package dev.countersign.cli;

import dev.countersign.ImageVerifier;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.policy.Requirement;
import dev.countersign.verify.Claims;
import java.io.IOException;
import java.util.List;

/// Verifies attestations of images with a public key.
final class VerifyAttestation implements Command {
  private static final Flag POLICY =
      Flag.list("policy", "files with CEL expressions that must be true of the predicate");

  @Override
  public Usage usage() {
    return new Usage(
        "verify-attestation",
        "Verifies attestations of images. With --key nobody but the registry is asked.",
        "IMAGE...",
        1,
        Integer.MAX_VALUE,
        VerifyFlags.withForAttestations(
            List.of(
                Verify.KEY,
                AttestationSource.TYPE,
                POLICY,
                Verify.CHECK_CLAIMS,
                Verify.OUTPUT,
                Verify.REQUIRE_LOG,
                Verify.IGNORE_LOG)),
        """
        countersign verify-attestation --key cosign.pub --type spdxjson IMAGE
        countersign verify-attestation --key cosign.pub --type slsaprovenance1 \\
          --policy builder.cel IMAGE | jq -r .payload | base64 -d

        builder.cel: predicate.runDetails.builder.id == 'https://ci.example/1'
        An expression sees predicate, predicateType, subject and statement.
        """);
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, FormatException, IOException {
    requireFormat(arguments);
    var images = Images.parse(arguments);
    var claims = claims(arguments);
    var policies = PredicatePolicies.read(arguments.list(POLICY), world);
    var deadline = Images.deadline(arguments);
    var access = new RegistryAccess(arguments, world);
    var place = access.place();
    var authority = new WantedSigner(arguments, world, access).read(deadline);
    var report = new AttestationReport(world, claims, authority, policies);
    var requirement = new Requirement(List.of(authority), claims);
    try (var registry = access.open(images)) {
      var verifier = new ImageVerifier(registry, place);
      return SideBySide.ask(
          images, image -> verifier.verify(image, requirement, deadline), report::print);
    }
  }

  private static Claims claims(Arguments arguments) throws Failure {
    var type = AttestationSource.type(arguments).uri();
    return arguments.isOn(Verify.CHECK_CLAIMS)
        ? new Claims.Attestation(type)
        : new Claims.InsecureAttestation(type);
  }

  /// Both print the same, as in cosign.
  private static void requireFormat(Arguments arguments) throws Failure {
    var output = arguments.text(Verify.OUTPUT);
    if (!List.of("json", "text").contains(output)) {
      throw new Failure("expected --output json or text, got \"" + OneLine.of(output) + '"');
    }
  }
}
