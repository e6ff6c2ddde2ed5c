package dev.countersign.policy;

import dev.countersign.oci.ImageReference;
import dev.countersign.oci.Repository;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.Set;

/// One named policy: which images must show what. An image that no rule is about is denied.
public record TrustPolicy(List<Rule> rules) {
  public TrustPolicy {
    rules = List.copyOf(rules);
  }

  /// A policy that demands the same of every image.
  public static TrustPolicy of(Requirement requirement) {
    return new TrustPolicy(
        List.of(new Rule("every image", List.of(), Set.of(), new Terms.Signed(requirement))));
  }

  /// One rule.
  ///
  /// @param name what people call it
  /// @param images none is every image
  /// @param namespaces where the image is to run; none is everywhere
  public record Rule(String name, List<ImagePattern> images, Set<String> namespaces, Terms terms) {
    public Rule {
      images = List.copyOf(images);
      namespaces = Set.copyOf(namespaces);
    }

    private boolean isFor(Optional<String> namespace) {
      return namespaces.isEmpty() || namespace.map(namespaces::contains).orElse(false);
    }
  }

  /// What a rule demands.
  public sealed interface Terms {
    /// Signatures, and maybe attestations.
    ///
    /// @param requirement of signatures; attestations are wanted of the same authorities
    /// @param signatureRepository where all that lies, if not beside the image
    record Signed(
        Requirement requirement,
        SignedName signedName,
        List<WantedAttestation> attestations,
        Children children,
        Optional<Repository> signatureRepository)
        implements Terms {
      public Signed {
        attestations = List.copyOf(attestations);
      }

      /// Signatures beside the image or its index, under any name.
      public Signed(Requirement requirement) {
        this(
            requirement, SignedName.IGNORED, List.of(), Children.OF_SIGNED_INDEX, Optional.empty());
      }

      /// Whether an attestation that came later may turn a yes into a no.
      public boolean wantsTheNewest() {
        return attestations.stream().anyMatch(one -> one.condition().isPresent());
      }

      /// The decision about an image by what was gathered.
      ///
      /// @param asked the image's repository as the question named it
      public Decision decide(Repository asked, Gathered gathered, Instant now) {
        var signed = decideSigned(asked, gathered, now);
        return gathered instanceof Gathered.Found found && signed instanceof Decision.Allowed
            ? attestations.stream()
                .flatMap(one ->
                    one.missing(found.image(), found.attestations(), requirement, now).stream())
                .findFirst()
                .orElse(signed)
            : signed;
      }

      /// What is required of the signatures of an image.
      public Requirement wanted(Repository asked) {
        return switch (signedName) {
          case IGNORED -> requirement;
          case REQUIRED -> requirement.naming(asked);
        };
      }

      /// The decision by the signatures alone: those of the image, else those of its index.
      public Decision decideSigned(Repository asked, Gathered gathered, Instant now) {
        var wanted = wanted(asked);
        var own = gathered.decide(wanted, now);
        return gathered instanceof Gathered.Found found
                && found.index().isPresent()
                && !(own instanceof Decision.Allowed)
            ? byIndex(own, found, found.index().get().decide(wanted, now))
            : own;
      }

      private static Decision byIndex(Decision own, Gathered.Found found, Decision index) {
        return switch (index) {
          case Decision.Allowed allowed ->
              new Decision.Allowed(found.image(), allowed.proofs(), Optional.of(allowed.image()));
          case Decision.Denied denied -> own;
          case Decision.Undetermined fault -> fault;
        };
      }
    }

    /// Nothing, for a reason that is logged and counted.
    record Exempt(String reason) implements Terms {}
  }

  /// What holds for the name that a signature in tag form gives the image.
  public enum SignedName {
    /// It may be any: copies of images live on that.
    IGNORED,
    /// It must be the image's repository.
    REQUIRED
  }

  /// What holds for an image that is one of an index, most often for one platform.
  public enum Children {
    /// It counts as signed when the index is.
    OF_SIGNED_INDEX,
    /// It must be signed itself.
    SIGNED_THEMSELVES
  }

  /// What the policy says about one image.
  public sealed interface Ruling {
    /// This rule holds.
    record Holds(Rule rule) implements Ruling {}

    /// The answer is known without a look at the image.
    record Denied(Denial denial) implements Ruling {}
  }

  /// The rule for `image` in `namespace`: the one whose pattern is the most specific; of two such
  /// the one that names the namespace, and then the first.
  ///
  /// Where any rule is for namespaces, a question without one is denied: another rule might be
  /// laxer than the one that it must meet.
  public Ruling rule(ImageReference image, Optional<String> namespace) {
    if (namespace.isEmpty() && rules.stream().anyMatch(rule -> !rule.namespaces().isEmpty())) {
      return new Ruling.Denied(new Denial.NoNamespace(image));
    }
    return rules.stream()
        .filter(rule -> rule.isFor(namespace))
        .flatMap(rule -> matching(rule, image).map(pattern -> Map.entry(pattern, rule)).stream())
        .min(
            Entry.<ImagePattern, Rule>comparingByKey(ImagePattern.MOST_SPECIFIC_FIRST)
                .thenComparing(match -> match.getValue().namespaces().isEmpty()))
        .<Ruling>map(match -> new Ruling.Holds(match.getValue()))
        .orElseGet(() -> new Ruling.Denied(new Denial.NoRule(image)));
  }

  private static Optional<ImagePattern> matching(Rule rule, ImageReference image) {
    return rule.images().isEmpty()
        ? Optional.of(ImagePattern.EVERYTHING)
        : rule.images().stream()
            .filter(pattern -> pattern.matches(image.repository()))
            .min(ImagePattern.MOST_SPECIFIC_FIRST);
  }
}
