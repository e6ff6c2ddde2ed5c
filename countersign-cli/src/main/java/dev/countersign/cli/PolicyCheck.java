package dev.countersign.cli;

import dev.countersign.access.Environment;
import dev.countersign.access.KeyReference;
import dev.countersign.access.TextFile;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.provider.PolicyFile;
import dev.countersign.provider.PolicySource;
import java.io.IOException;
import java.util.List;

/// Reads a policy file as `serve --policy` does, and says what is wrong with it.
final class PolicyCheck implements Command {
  @Override
  public Usage usage() {
    return new Usage(
        "policy check",
        "Checks a policy file as serve --policy reads it, the keys that it names included.",
        "FILE",
        1,
        1,
        List.of(),
        "countersign policy check policy.yaml");
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, FormatException, IOException {
    var name = arguments.operands().getFirst();
    var policies = source(name, world).load();
    int rules = policies.byName().values().stream().mapToInt(policy -> policy.rules().size()).sum();
    var names = String.join(", ", policies.byName().keySet().stream().sorted().toList());
    world
        .stdout()
        .println(
            "%s: good: policies %s, %s, %s"
                .formatted(
                    name,
                    names,
                    count(rules, "rule"),
                    count(policies.revoked().size(), "revoked digest")));
    return ExitCode.DONE;
  }

  private static String count(int number, String what) {
    return number + " " + (number == 1 ? what : what + "s");
  }

  /// The policies of the file `name`, read anew each time; what is wrong with it is told with its
  /// name.
  static PolicySource source(String name, World world) throws Failure {
    var file = world.file(name);
    var environment = new Environment(world.environment());
    return () -> {
      try {
        return PolicyFile.read(file, key -> read(key, environment));
      } catch (FormatException e) {
        throw new FormatException(name + ": " + e.problem(), e);
      }
    };
  }

  private static Bytes read(KeyReference key, Environment environment) throws IOException {
    return switch (key) {
      case KeyReference.File(var path) -> TextFile.read(path, KeyReference.MAX_BYTES);
      case KeyReference.Variable(var name) ->
          Bytes.utf8(
              environment
                  .find(name)
                  .orElseThrow(() -> new IOException("the variable " + name + " is not set")));
      case KeyReference.Web web ->
          throw new IOException("a policy names no key on the web: " + web);
    };
  }
}
