package dev.countersign.cli;

import dev.countersign.access.Environment;
import dev.countersign.cli.kubernetes.KubernetesApi;
import dev.countersign.format.FormatException;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/// Makes what TLS between Gatekeeper and the provider needs, as files or in the cluster.
final class Certs implements Command {
  private static final String SEED_NAME = "cosign-gatekeeper-provider";

  private static final Flag OUTPUT_DIR =
      Flag.text("output-dir", "folder of the files").initially(".").ours();
  private static final Flag APPLY =
      Flag.off("apply", "put it into the cluster of the kubeconfig or of this Pod; no files")
          .ours();
  private static final Flag SERVICE =
      Flag.text("service", "name of the Service").initially("countersign").ours();
  private static final Flag NAMESPACE =
      Flag.text("namespace", "namespace of the Service").initially("countersign").ours();
  private static final Flag SEED =
      Flag.off("seed", "for deploy/seed: one Provider at /validate, and all names " + SEED_NAME)
          .ours();

  @Override
  public Usage usage() {
    return new Usage(
        "certs",
        """
        Makes a TLS certificate for the provider, and Gatekeeper's Providers that trust it.

        Files: ca.crt, tls.crt, tls.key, provider.yaml, and tls-secret.yaml, which holds the key too.
        The key of the authority is not kept: nobody can make a second certificate. For a new one
        run the command again, and apply both YAML files. With --apply the Providers trust the old
        authority, too, until the next run, so that a Pod that still shows the old certificate is
        believed.\
        """,
        "",
        0,
        0,
        List.of(OUTPUT_DIR, APPLY, SERVICE, NAMESPACE, SEED),
        "countersign certs --output-dir tls\ncountersign certs --apply");
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, FormatException, IOException {
    var service = service(arguments);
    if (arguments.isOn(APPLY)) {
      apply(service, arguments, world);
    } else {
      write(service, arguments, world);
    }
    return ExitCode.DONE;
  }

  private static ClusterService service(Arguments arguments) throws Failure {
    var isSeed = arguments.isOn(SEED);
    if (isSeed
        && (arguments.typed(SERVICE).isPresent() || arguments.typed(NAMESPACE).isPresent())) {
      throw new Failure("expected --seed or names, got both: --seed names all " + SEED_NAME);
    }
    return isSeed
        ? ClusterService.of(SEED_NAME, SEED_NAME).askedAt("/validate")
        : ClusterService.of(arguments.require(SERVICE), arguments.require(NAMESPACE));
  }

  private static void apply(ClusterService service, Arguments arguments, World world)
      throws Failure, FormatException, IOException {
    if (arguments.typed(OUTPUT_DIR).isPresent()) {
      throw new Failure("expected --output-dir or --apply, got both");
    }
    // Before time is short: making a key takes seconds on a busy machine.
    var certificate = issue(service);
    try (var api = KubernetesApi.open(new Environment(world.environment()), world.folder())) {
      new ClusterCertificate(api, Images.deadline(arguments), world).put(service, certificate);
      tellEnd(certificate, world);
    }
  }

  private static void write(ClusterService service, Arguments arguments, World world)
      throws Failure, IOException {
    var files = new FileSet(world, arguments.require(OUTPUT_DIR));
    files.confirmOverwrite("ca.crt", "tls.crt", "tls.key", "provider.yaml", "tls-secret.yaml");
    var certificate = issue(service);
    files.write(
        List.of(
            FileSet.Content.open("ca.crt", certificate.authorityPem()),
            FileSet.Content.open("tls.crt", certificate.certificatePem()),
            FileSet.Content.secret("tls.key", certificate.keyPem()),
            FileSet.Content.open("provider.yaml", service.providers(certificate.authorityPem())),
            FileSet.Content.secret("tls-secret.yaml", service.secret(certificate))));
    tellEnd(certificate, world);
  }

  private static ServiceCertificate issue(ClusterService service) {
    return ServiceCertificate.issue(service.names(), Instant.now(), new SecureRandom());
  }

  private static void tellEnd(ServiceCertificate certificate, World world) {
    var day = certificate.end().atZone(ZoneOffset.UTC).toLocalDate();
    world.stderr().println("The certificate ends on " + day);
  }
}
