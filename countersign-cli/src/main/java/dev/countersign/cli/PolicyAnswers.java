package dev.countersign.cli;

import dev.countersign.access.Environment;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.oci.ImageReference;
import dev.countersign.provider.LocalAnswers;
import dev.countersign.provider.NamedRegistries;
import dev.countersign.provider.Policies;
import dev.countersign.registry.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/// Judges by a policy file, as `serve --policy` does, in this process.
final class PolicyAnswers implements ProviderAnswers.Provider, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final NamedRegistries registries;
  private final LocalAnswers answers;

  private PolicyAnswers(Policies policies, NamedRegistries registries) {
    this.registries = registries;
    this.answers = new LocalAnswers(policies, registries, PATIENCE);
  }

  /// @throws FormatException if the file is no policy
  static PolicyAnswers of(String file, RegistryAccess access, World world)
      throws Failure, FormatException, IOException {
    var policies = PolicyCheck.source(file, world).load();
    return new PolicyAnswers(policies, registries(policies, Set.of(), access, world));
  }

  /// Registries reached as policies say, and those that they do not name as the flags do; the
  /// caller closes them.
  static NamedRegistries registries(
      Policies policies,
      Collection<? extends ImageReference> images,
      RegistryAccess access,
      World world)
      throws Failure {
    var environment = new Environment(world.environment());
    return NamedRegistries.of(policies, access.options(images), environment);
  }

  @Override
  public Bytes ask(List<String> keys, Deadline deadline) {
    return answers.verify(keys, deadline);
  }

  @Override
  public void close() {
    registries.close();
  }
}
