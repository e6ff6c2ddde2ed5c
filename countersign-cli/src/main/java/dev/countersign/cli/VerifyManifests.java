package dev.countersign.cli;

import dev.countersign.cli.kubernetes.ImageUse;
import dev.countersign.cli.kubernetes.ManifestImages;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.policy.Requirement;
import dev.countersign.registry.Deadline;
import dev.countersign.verify.Authority;
import dev.countersign.verify.Claims;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// `verify --filename`: every image of Kubernetes manifests, by a key, by a policy file, or by a
/// provider that serves.
final class VerifyManifests {
  static final Flag FILES =
      Flag.list("filename", "verify all images of these manifests: files, folders, or - for stdin")
          .shortened("f")
          .ours();
  private static final Flag NAMESPACE =
      Flag.text("namespace", "namespace of objects in manifests that name none")
          .shortened("n")
          .initially("default")
          .ours();
  private static final Flag POLICY =
      Flag.text("policy", "policy file to judge the images of manifests by, as serve does").ours();
  private static final Flag POLICY_NAME =
      Flag.text("policy-name", "the policy to ask for, by --policy or --server")
          .initially("default")
          .ours();

  static final List<Flag> FLAGS =
      List.of(
          FILES,
          NAMESPACE,
          POLICY,
          POLICY_NAME,
          ServerAnswers.SERVER,
          ServerAnswers.CA,
          ServerAnswers.NAME,
          ServerAnswers.CLIENT_CERTIFICATE,
          ServerAnswers.CLIENT_KEY);

  private final Arguments arguments;
  private final World world;
  private final Deadline deadline;

  VerifyManifests(Arguments arguments, World world) {
    this.arguments = arguments;
    this.world = world;
    this.deadline = Images.deadline(arguments);
  }

  /// Refuses flags of manifests where none is named.
  static void refuseWithoutFiles(Arguments arguments) throws Failure {
    for (var flag : FLAGS) {
      if (arguments.typed(flag).isPresent()) {
        throw new Failure("expected --filename with --" + flag.name() + ", got none");
      }
    }
  }

  int run(Claims claims) throws Failure, FormatException, IOException {
    requireOneJudge();
    var uses = uses();
    if (uses.isEmpty()) {
      world.warn("the manifests name no image");
    }
    var report = new ManifestReport(uses, ask(List.copyOf(uses.keySet()), claims));
    var isJson = arguments.given(Verify.OUTPUT).filter("json"::equals).isPresent();
    if (isJson) {
      world.stdout().println(report.json());
    } else if (!uses.isEmpty()) {
      world.stdout().print(report.table());
    }
    return report.exitCode();
  }

  private void requireOneJudge() throws Failure {
    var judges =
        Stream.of(
                Verify.KEY,
                WantedSigner.IDENTITY,
                WantedSigner.IDENTITY_EXPRESSION,
                POLICY,
                ServerAnswers.SERVER)
            .filter(flag -> arguments.find(flag).isPresent())
            .map(flag -> "--" + flag.name())
            .toList();
    if (judges.size() != 1) {
      throw new Failure(
          "expected one of --key, --policy and --server with --filename, got "
              + (judges.isEmpty() ? "none" : String.join(" and ", judges)));
    }
    if (arguments.isOn(Verify.REQUIRE_LOG)
        && arguments.find(POLICY).or(() -> arguments.find(ServerAnswers.SERVER)).isPresent()) {
      throw new Failure("expected --require-tlog with --key; a policy says itself what it wants");
    }
    if (!arguments.operands().isEmpty()) {
      throw new Failure("expected images or --filename, got both");
    }
  }

  private Map<ImageQuestion, List<ImageUse>> uses() throws Failure, FormatException, IOException {
    var uses = new LinkedHashMap<ImageQuestion, List<ImageUse>>();
    var namespace = arguments.require(NAMESPACE);
    for (var manifest : new ManifestFiles(world).read(arguments.list(FILES))) {
      var images = ManifestImages.of(manifest);
      images.unseen().forEach(place -> world.warn(OneLine.of(place) + ", which is not verified"));
      for (var use : images.uses()) {
        uses.computeIfAbsent(ImageQuestion.of(use, namespace), q -> new ArrayList<>()).add(use);
      }
    }
    return uses;
  }

  private Map<ImageQuestion, ImageAnswer> ask(List<ImageQuestion> questions, Claims claims)
      throws Failure, FormatException, IOException {
    if (arguments.find(ServerAnswers.SERVER).isPresent()) {
      return ask(ServerAnswers.of(arguments, world), questions);
    }
    var access = new RegistryAccess(arguments, world);
    var policy = arguments.find(POLICY);
    if (policy.isPresent()) {
      try (var judge = PolicyAnswers.of(policy.get(), access, world)) {
        return ask(judge, questions);
      }
    }
    var authority = new WantedSigner(arguments, world, access).read(deadline);
    var requirement = new Requirement(List.of(authority), claims);
    var answers = new KeyAnswers(access, requirement).ask(questions, deadline);
    if (LogDemand.of(arguments, world) != LogDemand.DEMANDED
        && authority instanceof Authority.Key
        && answers.values().stream().anyMatch(ImageAnswer.Good.class::isInstance)) {
      world.warn(ProofLines.NO_LOG);
    }
    return answers;
  }

  private Map<ImageQuestion, ImageAnswer> ask(
      ProviderAnswers.Provider provider, List<ImageQuestion> questions)
      throws Failure, IOException {
    return new ProviderAnswers(provider, arguments.require(POLICY_NAME)).ask(questions, deadline);
  }
}
