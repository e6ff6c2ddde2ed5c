package dev.countersign.provider;

import dev.countersign.ImageVerifier;
import dev.countersign.attachment.Kind;
import dev.countersign.attachment.Place;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.Repository;
import dev.countersign.policy.Denial;
import dev.countersign.policy.Gathered;
import dev.countersign.policy.TrustPolicy.Rule;
import dev.countersign.policy.TrustPolicy.Ruling;
import dev.countersign.policy.TrustPolicy.Terms;
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
  Pending<Verdict> begin(ImageKey key) {
    return switch (rule(key)) {
      case Opinion.Known(var verdict) -> Pending.known(verdict);
      case Opinion.Signed(var signed) -> signed(key, question(key, signed));
    };
  }

  /// From memory if it is fresh enough, else from the registry. What a tag names is asked anew.
  private Pending<Verdict> signed(ImageKey key, Question question) {
    return memory
        .judge(question, policies.get().remember(), found -> judge(key, question, found))
        .<Pending<Verdict>>map(Pending::known)
        .orElseGet(() -> gather(key, question));
  }

  private static Question question(ImageKey key, Terms.Signed signed) {
    return new Question(key.image(), signed.signatureRepository());
  }

  private Pending<Verdict> gather(ImageKey key, Question question) {
    var registry = key.image().repository().registry();
    return checks
        .join(question, registry, deadline -> look(question, deadline))
        .<Pending<Verdict>>map(check ->
            deadline ->
                check
                    .await(deadline)
                    .map(gathered -> judge(key, question, gathered))
                    .orElseGet(Verdict::late))
        .orElseGet(() -> shed(registry));
  }

  private Gathered look(Question question, Deadline deadline) {
    var gathered =
        new ImageVerifier(store, question.place())
            .gather(question.image(), Kind.SIGNATURE, deadline);
    memory.keep(question, gathered);
    return gathered;
  }

  private Verdict judge(ImageKey key, Question asked, Gathered gathered) {
    return switch (rule(key)) {
      case Opinion.Known(var verdict) -> verdict;
      case Opinion.Signed(var signed) when !question(key, signed).equals(asked) ->
          new Verdict.Unknown("policy-changed", "the policy changed meanwhile; try again");
      case Opinion.Signed(var signed) -> judge(signed, gathered);
    };
  }

  private Verdict judge(Terms.Signed signed, Gathered gathered) {
    return gathered instanceof Gathered.Found found && isRevoked(found.image())
        ? Verdict.of(new Denial.Revoked(found.image()))
        : Verdict.of(gathered.decide(signed.requirement(), Instant.now()));
  }

  /// What the policy alone says.
  private sealed interface Opinion {
    /// All that there is to say.
    record Known(Verdict verdict) implements Opinion {}

    /// Signatures are wanted.
    record Signed(Terms.Signed terms) implements Opinion {}
  }

  private Opinion rule(ImageKey key) {
    var policy = policies.get().byName().get(key.policy());
    if (policy == null) {
      return new Opinion.Known(
          new Verdict.Refused("no-policy", "no policy is named \"" + key.policy() + '"'));
    }
    return switch (policy.rule(key.image(), key.namespace())) {
      case Ruling.Denied(var denial) -> new Opinion.Known(Verdict.of(denial));
      case Ruling.Holds(var rule) -> terms(key.image(), rule);
    };
  }

  private Opinion terms(ImageReference image, Rule rule) {
    return switch (rule.terms()) {
      case Terms.Signed signed -> new Opinion.Signed(signed);
      case Terms.Exempt(var reason) -> new Opinion.Known(exempt(image, reason));
    };
  }

  private Verdict exempt(ImageReference image, String reason) {
    return switch (image) {
      case Digested digested when isRevoked(digested) -> Verdict.of(new Denial.Revoked(digested));
      case Digested digested -> new Verdict.Exempt(reason, Optional.of(digested));
      case ImageReference.Tagged _ -> new Verdict.Exempt(reason, Optional.empty());
    };
  }

  private boolean isRevoked(Digested image) {
    return policies.get().revoked().contains(image.digest());
  }

  private Pending<Verdict> shed(String registry) {
    metrics.shed("check");
    return Pending.known(Verdict.shed(registry));
  }
}
