package dev.countersign.cli;

import dev.countersign.access.TextFile;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.policy.Requirement;
import dev.countersign.provider.Explainer;
import dev.countersign.provider.ImageKey;
import dev.countersign.provider.Policies;
import dev.countersign.verify.Authority;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Tells why an image is allowed or denied: what a running provider decided, or what one with this
/// policy would.
final class Explain implements Command {
  private static final Flag SERVER =
      Flag.text("server", "admin port of a provider").initially("http://127.0.0.1:9090").ours();
  private static final Flag TOKEN =
      Flag.text("admin-token-file", "file with the token of serve --admin-token-file").ours();
  private static final Flag POLICY =
      Flag.text("policy", "policy file to judge by on this machine, instead of a provider").ours();
  private static final Flag KEY =
      Flag.text("key", "public key to judge by on this machine, instead of a provider").ours();
  private static final Flag OUTPUT = Flag.text("output", "text or json").initially("text").ours();

  private static final Pattern ID = Pattern.compile("d-[a-z2-7]{8}");
  private static final int MAX_TOKEN_BYTES = 4_096;

  @Override
  public Usage usage() {
    return new Usage(
        "explain",
        "Tells why an image is allowed or denied, as the provider decided it, or as one would.",
        "IMAGE|ID",
        1,
        1,
        Stream.of(List.of(SERVER, TOKEN, POLICY, KEY, OUTPUT), RegistryAccess.FLAGS)
            .flatMap(List::stream)
            .toList(),
        """
        kubectl -n countersign port-forward deploy/countersign 9090
        countersign explain d-7f3kq2ab
        countersign explain registry.example/app:1.0
        countersign explain --policy policy.yaml 'policy=prod|ns=shop|registry.example/app:1.0'

        Exit codes, of the newest decision: 0 allowed, 10 no signature, 11 no such image, 12 no
        signature that counts, 1 denied for another reason, undetermined, or not known.
        """);
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, FormatException, IOException {
    var format = format(arguments);
    var asked = arguments.operands().getFirst();
    var records =
        arguments.given(POLICY).isPresent() || arguments.given(KEY).isPresent()
            ? List.of(judge(asked, arguments, world))
            : ask(asked, arguments, world);
    for (var record : records) {
      switch (format) {
        case JSON -> world.stdout().println(record.toBytes().toUtf8());
        case TEXT -> world.stdout().print(Story.of(record));
      }
    }
    world.stdout().flush();
    return exitCode(records.getFirst());
  }

  private enum Format {
    TEXT,
    JSON
  }

  private static Format format(Arguments arguments) throws Failure {
    var output = arguments.text(OUTPUT);
    return switch (output) {
      case "text" -> Format.TEXT;
      case "json" -> Format.JSON;
      default ->
          throw new Failure("expected --output text or json, got \"" + OneLine.of(output) + '"');
    };
  }

  private static int exitCode(JsonObject record) throws FormatException {
    if (record.getString("decision").equals("allowed")) {
      return ExitCode.DONE;
    }
    return switch (record.getString("code")) {
      case "no-signature" -> ExitCode.NO_SIGNATURE;
      case "image-absent" -> ExitCode.ABSENT;
      case "no-matching-signature", "not-enough-signatures" -> ExitCode.NONE_PROVES;
      default -> ExitCode.FAILED;
    };
  }

  /// What a running provider decided, the newest first.
  private static List<JsonObject> ask(String asked, Arguments arguments, World world)
      throws Failure, FormatException, IOException {
    var admin = new AdminPort(arguments.text(SERVER), token(arguments, world));
    if (ID.matcher(asked).matches()) {
      return List.of(
          admin
              .decision(asked)
              .orElseThrow(() ->
                  new Failure("the provider knows no decision " + asked)
                      .withHint("each replica keeps its last 1,000; ask the others, or the log")));
    }
    var records = admin.decisionsAbout(asked);
    if (records.isEmpty()) {
      throw new Failure("the provider has not decided about " + OneLine.of(asked) + " lately")
          .withHint("judge it here with --policy FILE or --key FILE");
    }
    return records;
  }

  private static Optional<String> token(Arguments arguments, World world)
      throws Failure, FormatException, IOException {
    return arguments.given(TOKEN).isEmpty()
        ? Optional.empty()
        : Optional.of(
            TextFile.read(world.file(arguments.require(TOKEN)), MAX_TOKEN_BYTES).toUtf8().strip());
  }

  private static JsonObject judge(String asked, Arguments arguments, World world)
      throws Failure, FormatException, IOException {
    if (arguments.given(POLICY).isPresent() && arguments.given(KEY).isPresent()) {
      throw new Failure("expected --policy or --key, got both");
    }
    if (ID.matcher(asked).matches()) {
      throw new Failure("expected an image to judge by --policy or --key, got a decision's id");
    }
    var key = ImageKey.parse(asked);
    var access = new RegistryAccess(arguments, world);
    var policies = policies(arguments, world, access);
    var images = List.of(key.image());
    try (var registry = PolicyAnswers.registries(policies, images, access, world)) {
      return JsonValue.parseObject(
          Explainer.explain(key, policies, registry, Images.deadline(arguments)));
    }
  }

  private static Policies policies(Arguments arguments, World world, RegistryAccess access)
      throws Failure, FormatException, IOException {
    if (arguments.given(POLICY).isPresent()) {
      return PolicyCheck.source(arguments.require(POLICY), world).load();
    }
    var name = arguments.require(KEY);
    var key = new Keys(world, access).readPublic(name, Images.deadline(arguments));
    return Policies.of(Requirement.anyOf(new Authority.Key(name, key)));
  }
}
