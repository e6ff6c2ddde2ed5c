package dev.countersign.provider;

import dev.countersign.ImageVerifier;
import dev.countersign.attachment.Attachments;
import dev.countersign.attachment.Kind;
import dev.countersign.attachment.Place;
import dev.countersign.format.FormatException;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.ImageReference.Tagged;
import dev.countersign.oci.Repository;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Gathered;
import dev.countersign.policy.TrustPolicy.Children;
import dev.countersign.policy.TrustPolicy.Terms;
import dev.countersign.provider.CheckBounds.Owner;
import dev.countersign.provider.Policies.Opinion;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// Judges keys by the policies of the moment.
///
/// What registries tell is gathered once for all who ask, kept for a while, and judged when an
/// answer is given: a policy or key that changed meanwhile counts.
final class Judge {
  private final ContentStore store;
  private final Supplier<Policies> policies;
  private final Checks<Question, Looked> checks;
  private final Metrics metrics;
  private final Memory memory;

  /// What registries are asked.
  ///
  /// @param signatureRepository where signatures lie, if not beside the image
  /// @param kinds what is looked for
  /// @param beside the tag that stands beside the image's digest, of which an index is asked for
  ///   when the image's own signatures do not suffice
  /// @param terms what suffices, where that decides what is asked next
  record Question(
      ImageReference image,
      Optional<Repository> signatureRepository,
      Set<Kind> kinds,
      Optional<Tagged> beside,
      Optional<Terms.Signed> terms) {
    /// @throws FormatException if a mirror's name for the image is none
    static Question of(ImageKey key, Terms.Signed signed, Registries registries)
        throws FormatException {
      var kinds =
          signed.attestations().isEmpty()
              ? Set.of(Kind.SIGNATURE)
              : Set.of(Kind.SIGNATURE, Kind.ATTESTATION);
      var beside = key.tag().filter(tag -> signed.children() == Children.OF_SIGNED_INDEX);
      var isOfTag = beside.isPresent() || key.image() instanceof Tagged;
      return new Question(
          key.image(),
          place(key.image(), signed, registries),
          kinds,
          beside,
          Optional.of(signed).filter(it -> isOfTag));
    }

    /// What is named by digest may have a mirror; what is named by tag may not, since a tag is what
    /// its own registry says.
    private static Optional<Repository> place(
        ImageReference image, Terms.Signed signed, Registries registries) throws FormatException {
      if (!(image instanceof Digested)) {
        return signed.signatureRepository();
      }
      var named = signed.signatureRepository().orElse(image.repository());
      var place = registries.place(named);
      return place.equals(named) ? signed.signatureRepository() : Optional.of(place);
    }

    /// The registry that is asked first.
    private String registry() {
      var first =
          image instanceof Digested
              ? signatureRepository.orElse(image.repository())
              : image.repository();
      return first.registry();
    }

    /// The same about an image by digest, for itself.
    Question of(Digested digested) {
      return new Question(digested, signatureRepository, kinds, Optional.empty(), Optional.empty());
    }

    /// The signatures of an index, for themselves.
    Question ofIndex(Digested index) {
      return new Question(
          index, signatureRepository, Set.of(Kind.SIGNATURE), Optional.empty(), Optional.empty());
    }

    Place place() {
      return signatureRepository.<Place>map(Place.Elsewhere::new).orElseGet(Place.BesideImage::new);
    }
  }

  Judge(
      ContentStore store,
      Supplier<Policies> policies,
      Checks<Question, Looked> checks,
      Metrics metrics) {
    this.store = store;
    this.policies = policies;
    this.checks = checks;
    this.metrics = metrics;
    this.memory = new Memory(metrics);
  }

  /// One without a server, for a command: nobody else asks, and nobody reads its metrics.
  ///
  /// @param patience how long one image may take
  static Judge alone(Policies policies, ContentStore store, Duration patience) {
    var metrics = new Metrics();
    var checks =
        new Checks<Question, Looked>("verify", patience, new CheckBounds(), metrics, patience);
    return new Judge(store, () -> policies, checks, metrics);
  }

  /// Begins to find out about `key`; does not wait.
  Pending<Judged> begin(ImageKey key) {
    var now = policies.get();
    return switch (now.opinion(key)) {
      case Opinion.Known(var judged) -> Pending.known(judged);
      case Opinion.Signed asked -> find(key, asked, now);
    };
  }

  private Pending<Judged> find(ImageKey key, Opinion.Signed asked, Policies now) {
    try {
      var question = Question.of(key, asked.terms(), now.registries());
      return remembered(key, question, asked.terms(), now.remember())
          .map(judged -> judged.from(Source.REMEMBERED, List.of()))
          .<Pending<Judged>>map(Pending::known)
          .orElseGet(() -> gather(key, asked, question));
    } catch (FormatException e) {
      return Pending.known(new Judged(Verdict.unreadable(e), Grounds.of(asked.rule())));
    }
  }

  /// From memory, if that is fresh enough; attestations of which the newest counts are asked for
  /// anew.
  private Optional<Judged> remembered(
      ImageKey key, Question question, Terms.Signed signed, Remember times) {
    return Optional.of(key.image())
        .filter(image -> !signed.wantsTheNewest())
        .flatMap(image -> memory.resolve(image, times))
        .flatMap(
            image -> memory.judge(question.of(image), times, found -> judge(key, question, found)))
        .map(Memory.Remembered::judged)
        .filter(
            judged -> question.beside().isEmpty() || judged.verdict() instanceof Verdict.Proven);
  }

  private Pending<Judged> gather(ImageKey key, Opinion.Signed asked, Question question) {
    var owner = new Owner(question.registry(), key.namespace());
    var untold = Grounds.of(asked.rule());
    return checks
        .join(question, owner, deadline -> look(question, deadline))
        .<Pending<Judged>>map(check ->
            deadline ->
                check
                    .await(deadline)
                    .map(looked ->
                        judge(key, question, looked.gathered()).from(Source.FRESH, looked.calls()))
                    .orElseGet(
                        () -> new Judged(Verdict.late(), untold).from(Source.FRESH, List.of())))
        .orElseGet(() -> shed(owner, untold));
  }

  private Looked look(Question question, Deadline deadline) {
    var recorded = new RecordedStore(store);
    var gathered =
        switch (question.image()) {
          case Digested _ -> ask(recorded, question, deadline);
          case Tagged tagged -> askOfTag(recorded, question, tagged, deadline);
        };
    return new Looked(withIndex(recorded, gathered, question, deadline), recorded.calls());
  }

  /// Of what the tag names now. One that is known is looked up as nodes do it, by `HEAD`, and what
  /// is remembered of its digest counts if it proves the image; all else is asked anew, by the
  /// digest of bytes that were hashed here.
  private Gathered askOfTag(
      ContentStore recorded, Question question, Tagged tag, Deadline deadline) {
    var terms = question.terms().filter(wanted -> !wanted.wantsTheNewest());
    if (terms.isEmpty() || !memory.knows(tag)) {
      return ask(recorded, question, deadline);
    }
    try {
      return recorded
          .resolve(tag, deadline)
          .flatMap(image -> proven(question.of(image), terms.get()))
          .orElseGet(() -> ask(recorded, question, deadline));
    } catch (IOException e) {
      return new Gathered.Failed(Attachments.gapOf(e));
    }
  }

  private Optional<Gathered> proven(Question ofDigest, Terms.Signed terms) {
    var repository = ofDigest.image().repository();
    return memory
        .judge(
            ofDigest,
            policies.get().remember(),
            found -> judged(terms.decide(repository, found, Instant.now())))
        .filter(remembered -> remembered.judged().verdict() instanceof Verdict.Proven)
        .map(Memory.Remembered::found);
  }

  private Gathered ask(ContentStore recorded, Question question, Deadline deadline) {
    var gathered =
        new ImageVerifier(recorded, question.place())
            .gather(question.image(), question.kinds(), deadline);
    memory.keep(question, gathered);
    return gathered;
  }

  /// With what vouches for its index, if it needs that and is one of an index.
  private Gathered withIndex(
      ContentStore recorded, Gathered gathered, Question question, Deadline deadline) {
    if (!(gathered instanceof Gathered.Found child)
        || question.beside().isEmpty()
        || question.terms().isEmpty()) {
      return gathered;
    }
    var tag = question.beside().get();
    var terms = question.terms().get();
    if (decideSigned(tag, terms, child) instanceof Decision.Allowed) {
      return child;
    }
    try {
      return new ImageVerifier(recorded)
          .findIndex(tag, child.image().digest(), deadline)
          .map(question::ofIndex)
          .<Gathered>map(index ->
              child.withIndex(
                  memory
                      .judge(
                          index,
                          policies.get().remember(),
                          found -> judged(decideSigned(tag, terms, found)))
                      .<Gathered>map(Memory.Remembered::found)
                      .orElseGet(() -> ask(recorded, index, deadline))))
          .orElse(child);
    } catch (IOException e) {
      return child.withIndex(new Gathered.Failed(Attachments.gapOf(e)));
    }
  }

  private static Decision decideSigned(Tagged tag, Terms.Signed terms, Gathered gathered) {
    return terms.decideSigned(tag.repository(), gathered, Instant.now());
  }

  /// A yes or a no; nobody reads more of it.
  private static Judged judged(Decision decision) {
    return new Judged(Verdict.of(decision, "", Grounds.NONE), Grounds.NONE);
  }

  /// The verdict, noted where it is a yes.
  private Judged judge(ImageKey key, Question asked, Gathered gathered) {
    var judged = decide(key, asked, gathered);
    if (judged.verdict() instanceof Verdict.Proven(var allowed)) {
      metrics.trust().images().add(allowed);
    }
    return judged;
  }

  /// By one state of the policies from beginning to end.
  private Judged decide(ImageKey key, Question asked, Gathered gathered) {
    var now = policies.get();
    return switch (now.opinion(key)) {
      case Opinion.Known(var judged) -> judged;
      case Opinion.Signed signed when !isStill(asked, key, signed.terms(), now) ->
          new Judged(
              new Verdict.Unknown("policy-changed", "the policy changed meanwhile; try again"),
              Grounds.of(signed.rule()));
      case Opinion.Signed signed -> now.judge(key, signed, gathered, Instant.now());
    };
  }

  private static boolean isStill(
      Question asked, ImageKey key, Terms.Signed signed, Policies policies) {
    try {
      return Question.of(key, signed, policies.registries()).equals(asked);
    } catch (FormatException e) {
      return false;
    }
  }

  private Pending<Judged> shed(Owner owner, Grounds grounds) {
    metrics.shed("check");
    return Pending.known(new Judged(Verdict.shed(owner), grounds));
  }
}
