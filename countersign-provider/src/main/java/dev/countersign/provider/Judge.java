package dev.countersign.provider;

import dev.countersign.ImageVerifier;
import dev.countersign.attachment.Kind;
import dev.countersign.attachment.Place;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.Repository;
import dev.countersign.policy.Gathered;
import dev.countersign.policy.TrustPolicy.Terms;
import dev.countersign.provider.Policies.Opinion;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/// Judges keys by the policies of the moment.
///
/// What registries tell is gathered once for all who ask, kept for a while, and judged when an
/// answer is given: a policy or key that changed meanwhile counts.
final class Judge {
  private final ContentStore store;
  private final Supplier<Policies> policies;
  private final Checks<Question, Gathered> checks;
  private final Metrics metrics;
  private final Memory memory;

  /// What registries are asked: an image, and where its signatures lie if not beside it.
  record Question(ImageReference image, Optional<Repository> signatureRepository) {
    static Question of(ImageKey key, Terms.Signed signed) {
      return new Question(key.image(), signed.signatureRepository());
    }

    /// The same about an image by digest.
    Question of(Digested digested) {
      return new Question(digested, signatureRepository);
    }

    private Place place() {
      return signatureRepository.<Place>map(Place.Elsewhere::new).orElseGet(Place.BesideImage::new);
    }
  }

  Judge(
      ContentStore store,
      Supplier<Policies> policies,
      Checks<Question, Gathered> checks,
      Metrics metrics) {
    this.store = store;
    this.policies = policies;
    this.checks = checks;
    this.metrics = metrics;
    this.memory = new Memory(metrics);
  }

  /// Begins to find out about `key`; does not wait.
  Pending<Judged> begin(ImageKey key) {
    var now = policies.get();
    return switch (now.opinion(key)) {
      case Opinion.Known(var verdict) -> known(verdict, Source.UNASKED);
      case Opinion.Signed(var signed) -> find(key, Question.of(key, signed), now.remember());
    };
  }

  /// From memory if it is fresh enough, else from the registry. What a tag names is asked anew.
  private Pending<Judged> find(ImageKey key, Question question, Remember times) {
    return memory
        .judge(question, times, found -> judge(key, question, found))
        .map(verdict -> known(verdict, Source.REMEMBERED))
        .orElseGet(() -> gather(key, question));
  }

  private Pending<Judged> gather(ImageKey key, Question question) {
    var registry = key.image().repository().registry();
    return checks
        .join(question, registry, deadline -> look(question, deadline))
        .<Pending<Judged>>map(check ->
            deadline ->
                new Judged(
                    check
                        .await(deadline)
                        .map(gathered -> judge(key, question, gathered))
                        .orElseGet(Verdict::late),
                    Source.FRESH))
        .orElseGet(() -> shed(registry));
  }

  private Gathered look(Question question, Deadline deadline) {
    var gathered =
        new ImageVerifier(store, question.place())
            .gather(question.image(), Kind.SIGNATURE, deadline);
    memory.keep(question, gathered);
    return gathered;
  }

  /// The verdict, noted where it is a yes.
  private Verdict judge(ImageKey key, Question asked, Gathered gathered) {
    var verdict = decide(key, asked, gathered);
    if (verdict instanceof Verdict.Proven(var allowed)) {
      metrics.trust().images().add(allowed);
    }
    return verdict;
  }

  /// By one state of the policies from beginning to end.
  private Verdict decide(ImageKey key, Question asked, Gathered gathered) {
    var now = policies.get();
    return switch (now.opinion(key)) {
      case Opinion.Known(var verdict) -> verdict;
      case Opinion.Signed(var signed) when !Question.of(key, signed).equals(asked) ->
          new Verdict.Unknown("policy-changed", "the policy changed meanwhile; try again");
      case Opinion.Signed(var signed) -> now.judge(signed, gathered, Instant.now());
    };
  }

  private Pending<Judged> shed(String registry) {
    metrics.shed("check");
    return known(Verdict.shed(registry), Source.UNASKED);
  }

  private static Pending<Judged> known(Verdict verdict, Source source) {
    return Pending.known(new Judged(verdict, source));
  }
}
