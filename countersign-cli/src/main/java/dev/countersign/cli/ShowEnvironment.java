package dev.countersign.cli;

import dev.countersign.format.OneLine;
import java.util.List;

/// Prints the environment variables that are read.
final class ShowEnvironment implements Command {
  private static final Flag DESCRIPTIONS =
      Flag.on("show-descriptions", "say what each variable is for");
  private static final Flag SECRETS =
      Flag.refusedSwitch("show-sensitive-values", "secrets are never printed");

  private static final List<Variable> VARIABLES =
      List.of(
          new Variable("COSIGN_PASSWORD", "the password of the private key", Kind.SECRET),
          new Variable("COSIGN_REPOSITORY", "the repository of all signatures", Kind.PLAIN),
          new Variable("COUNTERSIGN_REQUIRE_TLOG", "1 demands a transparency log", Kind.PLAIN),
          new Variable("DOCKER_CONFIG", "folder of docker's config.json", Kind.PLAIN),
          new Variable("REGISTRY_AUTH_FILE", "podman's auth.json", Kind.PLAIN),
          new Variable("KUBECONFIG", "files that say which cluster is meant", Kind.PLAIN),
          new Variable("SIGSTORE_ID_TOKEN", "an identity token to sign with", Kind.SECRET),
          new Variable("TUF_ROOT", "folder of what TUF repositories gave", Kind.PLAIN),
          new Variable("TUF_MIRROR", "TUF repository to ask", Kind.PLAIN),
          new Variable("TUF_ROOT_JSON", "the first root.json of that repository", Kind.PLAIN),
          new Variable("SSL_CERT_FILE", "file of certificate authorities", Kind.PLAIN),
          new Variable("SSL_CERT_DIR", "folders of certificate authorities", Kind.PLAIN),
          new Variable("HTTP_PROXY", "proxy for plain HTTP", Kind.SECRET),
          new Variable("HTTPS_PROXY", "proxy for HTTPS", Kind.SECRET),
          new Variable("NO_PROXY", "hosts that are asked without proxy", Kind.PLAIN));

  private enum Kind {
    PLAIN,
    SECRET
  }

  private record Variable(String name, String description, Kind kind) {}

  @Override
  public Usage usage() {
    return new Usage(
        "env",
        "Prints the environment variables that are read. COSIGN_<FLAG> sets a flag besides.",
        "",
        0,
        0,
        List.of(DESCRIPTIONS, SECRETS),
        "");
  }

  @Override
  public int run(Arguments arguments, World world) {
    for (var variable : VARIABLES) {
      if (arguments.isOn(DESCRIPTIONS)) {
        world.stdout().println("# " + variable.name() + ": " + variable.description());
      }
      var value = world.variable(variable.name()).orElse("");
      var shown = variable.kind() == Kind.SECRET && !value.isEmpty() ? "******" : value;
      world.stdout().println(variable.name() + '=' + OneLine.of(shown));
    }
    return ExitCode.DONE;
  }
}
