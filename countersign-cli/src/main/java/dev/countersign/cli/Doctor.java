package dev.countersign.cli;

import dev.countersign.access.Environment;
import dev.countersign.cli.kubernetes.Cluster;
import dev.countersign.cli.kubernetes.ClusterReader;
import dev.countersign.cli.kubernetes.Diagnosis;
import dev.countersign.cli.kubernetes.Finding;
import dev.countersign.cli.kubernetes.KubernetesApi;
import dev.countersign.cli.kubernetes.Rule;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.oci.ImageReference;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Says what in a cluster keeps unsigned images in, or signed ones out.
final class Doctor implements Command {
  private static final Flag FILES =
      Flag.list("filename", "look at these manifests and at no cluster: files, folders, or -")
          .shortened("f")
          .ours();
  private static final Flag NAMESPACE =
      Flag.text("namespace", "namespace of the provider")
          .shortened("n")
          .initially("countersign")
          .ours();
  private static final Flag GATEKEEPER =
      Flag.text("gatekeeper-namespace", "namespace of Gatekeeper")
          .initially("gatekeeper-system")
          .ours();
  private static final Flag IMAGES =
      Flag.list("image", "ask the registry of this image, with the credentials of this machine")
          .ours();
  private static final Flag OUTPUT =
      Flag.text("output", "text or json").shortened("o").initially("text").ours();

  @Override
  public Usage usage() {
    return new Usage(
        "doctor",
        """
        Looks for what keeps unsigned images in a cluster, or signed ones out of it.

        The cluster is that of the kubeconfig, or of the Pod that this runs in. Nothing is changed.
        docs/doctor.md lists all that is looked for.\
        """,
        "",
        0,
        0,
        Stream.concat(
                Stream.of(FILES, NAMESPACE, GATEKEEPER, IMAGES, OUTPUT),
                RegistryAccess.FLAGS.stream())
            .toList(),
        """
        countersign doctor --image registry.example/app:1.0
        kustomize build deploy/base | countersign doctor -f -

        Exit codes: 0 nothing is wrong but what is a warning, 1 anything else.
        """);
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, FormatException, IOException {
    var isJson = isJson(arguments);
    var findings = new ArrayList<>(Diagnosis.of(cluster(arguments, world)));
    findings.addAll(registries(arguments, world));
    world.stdout().print(isJson ? json(findings) : text(findings));
    long errors = findings.stream().filter(Doctor::isError).count();
    world.stderr().println("%d errors, %d warnings".formatted(errors, findings.size() - errors));
    return errors == 0 ? ExitCode.DONE : ExitCode.FAILED;
  }

  private static boolean isJson(Arguments arguments) throws Failure {
    var output = arguments.text(OUTPUT);
    return switch (output) {
      case "text" -> false;
      case "json" -> true;
      default ->
          throw new Failure("expected --output text or json, got \"" + OneLine.of(output) + '"');
    };
  }

  private static Cluster cluster(Arguments arguments, World world)
      throws Failure, FormatException, IOException {
    var files = arguments.list(FILES);
    if (!files.isEmpty()) {
      return new Cluster.Part(new ManifestFiles(world).read(files), Instant.now());
    }
    try (var api = KubernetesApi.open(new Environment(world.environment()), world.folder())) {
      return new ClusterReader(
              api,
              arguments.require(NAMESPACE),
              arguments.require(GATEKEEPER),
              Images.deadline(arguments))
          .read();
    }
  }

  private static List<Finding> registries(Arguments arguments, World world)
      throws Failure, FormatException, IOException {
    var findings = new ArrayList<Finding>();
    for (var name : arguments.list(IMAGES)) {
      var image = ImageReference.parse(name);
      try (var registry = new RegistryAccess(arguments, world).open(List.of(image))) {
        if (registry.fetchManifest(image, Images.deadline(arguments)).isEmpty()) {
          findings.add(new Finding(Rule.REGISTRY, name, "its registry has no such image"));
        }
      } catch (IOException e) {
        findings.add(new Finding(Rule.REGISTRY, name, FileFault.describe(e)));
      }
    }
    return findings;
  }

  private static String text(List<Finding> findings) {
    var text = new StringBuilder();
    for (var finding : findings) {
      text.append(
          """
          %s %s: %s: %s
            %s
          """
              .formatted(
                  finding.rule().severity(),
                  finding.rule().id(),
                  OneLine.of(finding.subject()),
                  OneLine.of(finding.what()),
                  finding.rule().advice()));
    }
    return text.toString();
  }

  private static String json(List<Finding> findings) throws FormatException {
    var items =
        findings.stream()
            .<JsonValue>map(finding ->
                JsonObject.empty()
                    .with("id", finding.rule().id())
                    .with("severity", severity(finding))
                    .with("subject", finding.subject())
                    .with("what", finding.what())
                    .with("change", finding.rule().advice()))
            .toList();
    Bytes bytes = JsonObject.empty().with("findings", new JsonArray(items)).toBytes();
    return bytes.toUtf8() + '\n';
  }

  private static String severity(Finding finding) {
    return finding.rule().severity().name().toLowerCase(Locale.ROOT);
  }

  private static boolean isError(Finding finding) {
    return finding.rule().severity() == Rule.Severity.ERROR;
  }
}
