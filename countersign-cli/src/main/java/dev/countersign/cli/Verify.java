package dev.countersign.cli;

import dev.countersign.ImageVerifier;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.oci.ImageReference;
import dev.countersign.policy.Requirement;
import dev.countersign.verify.Claims;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/// Verifies the signatures of images with a public key or by whom their certificates name.
final class Verify implements Command {
  static final Flag KEY =
      Flag.text("key", "public key: a file, env://NAME, k8s://NS/NAME or an https URL");
  static final Flag ANNOTATIONS =
      Flag.list("annotations", "key=value pairs that must have been signed").shortened("a");
  static final Flag CHECK_CLAIMS =
      Flag.on("check-claims", "compare what was signed with the image and the annotations");
  static final Flag OUTPUT = Flag.text("output", "json or text").shortened("o").initially("json");
  static final Flag LOCAL_IMAGE =
      Flag.off("local-image", "verify images that save wrote: the operands are folders");
  static final Flag REQUIRE_LOG =
      Flag.off("require-tlog", "demand proof from a transparency log").ours();
  static final Flag IGNORE_LOG =
      Flag.off("insecure-ignore-tlog", "demand no transparency log; with --key none is demanded");

  @Override
  public Usage usage() {
    return new Usage(
        "verify",
        "Verifies the signatures of images. With --key nobody but the registry is asked.",
        "IMAGE...",
        0,
        Integer.MAX_VALUE,
        VerifyFlags.with(
            Stream.concat(
                    Stream.of(
                        KEY,
                        ANNOTATIONS,
                        CHECK_CLAIMS,
                        OUTPUT,
                        LOCAL_IMAGE,
                        REQUIRE_LOG,
                        IGNORE_LOG),
                    VerifyManifests.FLAGS.stream())
                .toList()),
        """
        countersign verify --key cosign.pub registry.example/app:1.0
        countersign verify --key cosign.pub -a env=prod IMAGE IMAGE
        helm template chart | countersign verify --key cosign.pub -f -
        countersign verify --server https://countersign.countersign.svc:8090 -f manifests/
        countersign verify --trusted-root trusted_root.json \
          --certificate-identity https://github.com/acme/app/.github/workflows/ci.yml@refs/heads/main \
          --certificate-oidc-issuer https://token.actions.githubusercontent.com IMAGE

        Exit codes: 0 verified, 10 no signature, 11 no such image, 12 no signature that counts,
        1 anything else. Of several images all are verified; the first that failed decides.
        """);
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, FormatException, IOException {
    if (!arguments.list(VerifyManifests.FILES).isEmpty()) {
      return new VerifyManifests(arguments, world).run(claims(arguments));
    }
    VerifyManifests.refuseWithoutFiles(arguments);
    if (arguments.operands().isEmpty()) {
      throw new Failure("requires at least 1 arg(s), only received 0")
          .withHint("usage: countersign verify [flags] IMAGE...");
    }
    var isLocal = arguments.isOn(LOCAL_IMAGE);
    var images = isLocal ? List.<ImageReference>of() : Images.parse(arguments);
    var claims = claims(arguments);
    var format = format(arguments);
    var deadline = Images.deadline(arguments);
    var access = new RegistryAccess(arguments, world);
    var place = access.place();
    var authority = new WantedSigner(arguments, world, access).read(deadline);
    var report = new VerificationReport(world, format, claims, authority);
    var requirement = new Requirement(List.of(authority), claims);
    if (isLocal) {
      return new LocalImages(world, requirement, deadline).verify(arguments.operands(), report);
    }
    try (var registry = access.open(images)) {
      var verifier = new ImageVerifier(registry, place);
      return SideBySide.ask(
          images, image -> verifier.verify(image, requirement, deadline), report::print);
    }
  }

  private static Claims claims(Arguments arguments) throws Failure {
    var annotations = Images.annotations(arguments, ANNOTATIONS);
    if (arguments.isOn(CHECK_CLAIMS)) {
      return new Claims.Required(annotations);
    }
    if (!annotations.isEmpty()) {
      throw new Failure("expected --annotations or --check-claims=false, got both");
    }
    return new Claims.InsecureUnchecked();
  }

  private static VerificationReport.Format format(Arguments arguments) throws Failure {
    var output = arguments.text(OUTPUT);
    return switch (output) {
      case "json" -> VerificationReport.Format.JSON;
      case "text" -> VerificationReport.Format.TEXT;
      default ->
          throw new Failure("expected --output json or text, got \"" + OneLine.of(output) + '"');
    };
  }
}
