package dev.countersign.policy;

import dev.countersign.oci.ImageReference;
import dev.countersign.oci.Repository;
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
        List.of(
            new Rule(
                "every image",
                List.of(),
                Set.of(),
                new Terms.Signed(requirement, Optional.empty()))));
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
    /// Signatures.
    ///
    /// @param signatureRepository where they lie, if not beside the image
    record Signed(Requirement requirement, Optional<Repository> signatureRepository)
        implements Terms {}

    /// Nothing, for a reason that is logged and counted.
    record Exempt(String reason) implements Terms {}
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
