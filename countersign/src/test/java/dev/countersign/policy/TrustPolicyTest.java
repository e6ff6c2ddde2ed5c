package dev.countersign.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.countersign.format.FormatException;
import dev.countersign.oci.ImageReference;
import dev.countersign.policy.TrustPolicy.Rule;
import dev.countersign.policy.TrustPolicy.Ruling;
import dev.countersign.policy.TrustPolicy.Terms;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrustPolicyTest {
  @Test
  void takesTheMostSpecificRuleInAnyOrder() throws FormatException {
    var broad = rule("broad", Set.of(), "**");
    var team = rule("team", Set.of(), "ghcr.io/acme/**", "quay.io/acme/**");
    var exact = rule("exact", Set.of(), "ghcr.io/acme/app");

    for (var rules : List.of(List.of(broad, team, exact), List.of(exact, team, broad))) {
      var policy = new TrustPolicy(rules);
      assertEquals("exact", ruling(policy, "ghcr.io/acme/app:v1", ""));
      assertEquals("team", ruling(policy, "ghcr.io/acme/other:v1", ""));
      assertEquals("team", ruling(policy, "quay.io/acme/app", ""));
      assertEquals("broad", ruling(policy, "nginx", ""));
    }
  }

  @Test
  void deniesWhatNoRuleIsAbout() throws FormatException {
    var policy = new TrustPolicy(List.of(rule("team", Set.of(), "ghcr.io/acme/**")));

    assertEquals("no-rule", ruling(policy, "nginx", ""));
    assertEquals("no-rule", ruling(new TrustPolicy(List.of()), "ghcr.io/acme/app", ""));
  }

  @Test
  void prefersTheRuleThatNamesTheNamespace() throws FormatException {
    var everywhere = rule("everywhere", Set.of(), "ghcr.io/acme/**");
    var prod = rule("prod", Set.of("prod", "canary"), "ghcr.io/acme/**");
    var exact = rule("exact", Set.of(), "ghcr.io/acme/app");
    var policy = new TrustPolicy(List.of(everywhere, prod, exact));

    assertEquals("prod", ruling(policy, "ghcr.io/acme/web", "prod"));
    assertEquals("prod", ruling(policy, "ghcr.io/acme/web", "canary"));
    assertEquals("everywhere", ruling(policy, "ghcr.io/acme/web", "dev"));
    assertEquals("exact", ruling(policy, "ghcr.io/acme/app", "prod"));
  }

  /// Judged by the other rules, a question that leaves its namespace out might pass by a laxer one.
  @Test
  void deniesAQuestionWithoutNamespaceWhereAnyRuleHasOne() throws FormatException {
    var policy =
        new TrustPolicy(
            List.of(
                rule("everywhere", Set.of(), "**"),
                rule("prod", Set.of("prod"), "ghcr.io/acme/app")));

    assertEquals("no-namespace", ruling(policy, "nginx", ""));
    assertEquals("no-namespace", ruling(policy, "ghcr.io/acme/app", ""));
    assertEquals("everywhere", ruling(policy, "nginx", "dev"));
  }

  @Test
  void isAboutEveryImageWithoutPatterns() throws FormatException {
    var policy = new TrustPolicy(List.of(rule("every", Set.of())));

    assertEquals("every", ruling(policy, "ghcr.io/acme/app", ""));
  }

  private static String ruling(TrustPolicy policy, String image, String namespace)
      throws FormatException {
    var ruling =
        policy.rule(
            ImageReference.parse(image),
            namespace.isEmpty() ? Optional.empty() : Optional.of(namespace));
    return switch (ruling) {
      case Ruling.Holds holds -> {
        assertInstanceOf(Terms.Exempt.class, holds.rule().terms());
        yield holds.rule().name();
      }
      case Ruling.Denied denied -> denied.denial().code();
    };
  }

  private static Rule rule(String name, Set<String> namespaces, String... patterns)
      throws FormatException {
    var images = new java.util.ArrayList<ImagePattern>();
    for (var pattern : patterns) {
      images.add(ImagePattern.parse(pattern));
    }
    return new Rule(name, images, namespaces, new Terms.Exempt("a test"));
  }
}
