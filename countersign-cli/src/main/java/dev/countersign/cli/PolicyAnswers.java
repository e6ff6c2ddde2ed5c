package dev.countersign.cli;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.provider.LocalAnswers;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// Judges by a policy file, as `serve --policy` does, in this process.
final class PolicyAnswers implements ProviderAnswers.Provider {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final LocalAnswers answers;

  private PolicyAnswers(LocalAnswers answers) {
    this.answers = answers;
  }

  /// @throws FormatException if the file is no policy
  static PolicyAnswers of(String file, ContentStore store, World world)
      throws Failure, FormatException, IOException {
    var policies = PolicyCheck.source(file, world).load();
    return new PolicyAnswers(new LocalAnswers(policies, store, PATIENCE));
  }

  @Override
  public Bytes ask(List<String> keys, Deadline deadline) {
    return answers.verify(keys, deadline);
  }
}
