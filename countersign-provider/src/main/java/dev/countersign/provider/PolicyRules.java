package dev.countersign.provider;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.oci.Repository;
import dev.countersign.policy.ImagePattern;
import dev.countersign.policy.ProvenanceFields;
import dev.countersign.policy.Requirement;
import dev.countersign.policy.TrustPolicy.Children;
import dev.countersign.policy.TrustPolicy.Rule;
import dev.countersign.policy.TrustPolicy.SignedName;
import dev.countersign.policy.TrustPolicy.Terms;
import dev.countersign.policy.WantedAttestation;
import dev.countersign.signature.GitSource;
import dev.countersign.signature.PredicateType;
import dev.countersign.verify.Authority;
import dev.countersign.verify.Claims;
import dev.countersign.verify.ConditionLanguage;
import dev.countersign.verify.PredicateCondition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;

/// Reads the rules of one policy of a [PolicyFile].
final class PolicyRules {
  private static final int MAX_RULES = 1_000;
  private static final int MAX_ATTESTATIONS = 16;
  private static final List<String> ABOUT_SIGNATURES =
      List.of(
          "atLeast",
          "annotations",
          "attestations",
          "signedName",
          "signatureRepository",
          "exactDigest");

  private final Map<String, Authority> authorities;
  private final PolicyTrust trust;

  /// @param authorities by their names
  /// @param trust who else must have seen what they sign
  PolicyRules(Map<String, Authority> authorities, PolicyTrust trust) {
    this.authorities = authorities;
    this.trust = trust;
  }

  /// The rules of the policy `node`.
  List<Rule> read(PolicyNode node) throws FormatException {
    var nodes = node.nodes("rules");
    if (nodes.size() > MAX_RULES) {
      throw node.problem("expected at most " + MAX_RULES + " rules, got " + nodes.size());
    }
    var rules = new ArrayList<Rule>();
    for (var rule : nodes) {
      rules.add(rule(rule));
    }
    refuseTies(node, rules);
    return rules;
  }

  private Rule rule(PolicyNode node) throws FormatException {
    node.refuseOthers(PolicyFile.fields("rules"));
    var images = node.findAll("images", ImagePattern::parse);
    if (images.isEmpty()) {
      throw node.problem("expected images; write [\"**\"] for all");
    }
    var namespaces = node.findAll("namespaces", PolicyFile::name).orElse(List.of());
    return new Rule(node.place(), images.get(), Set.copyOf(namespaces), terms(node));
  }

  private Terms terms(PolicyNode node) throws FormatException {
    var choices = List.of("anyOf", "allOf", "allow").stream().filter(node::has).toList();
    if (choices.size() != 1) {
      throw node.problem("expected one of anyOf, allOf and allow, got " + choices);
    }
    if (node.has("allow")) {
      for (var other : ABOUT_SIGNATURES) {
        if (node.has(other)) {
          throw node.problem("allow asks for no signature; remove " + other);
        }
      }
      return new Terms.Exempt(node.text("allow"));
    }
    return signed(node, choices.getFirst());
  }

  private Terms signed(PolicyNode node, String choice) throws FormatException {
    return new Terms.Signed(
        requirement(node, choice),
        signedName(node),
        attestations(node),
        node.isTrue("exactDigest") ? Children.SIGNED_THEMSELVES : Children.OF_SIGNED_INDEX,
        node.find("signatureRepository", Repository::parse));
  }

  private Requirement requirement(PolicyNode node, String choice) throws FormatException {
    var wanted = node.findAll(choice, name -> trust.applyTo(authority(name))).orElseThrow();
    var atLeast = node.findNumber("atLeast");
    if (choice.equals("allOf") && atLeast.isPresent()) {
      throw node.problem("allOf is all of them; remove atLeast, or write anyOf");
    }
    var claims = new Claims.Required(node.texts("annotations"));
    try {
      return new Requirement(
          wanted, choice.equals("allOf") ? wanted.size() : atLeast.orElse(1), claims);
    } catch (IllegalArgumentException e) {
      throw node.problem(String.valueOf(e.getMessage()));
    }
  }

  private static SignedName signedName(PolicyNode node) throws FormatException {
    if (!node.has("signedName")) {
      return SignedName.IGNORED;
    }
    return switch (node.text("signedName")) {
      case "ignored" -> SignedName.IGNORED;
      case "required" -> SignedName.REQUIRED;
      default -> throw node.problem("expected signedName: required or ignored");
    };
  }

  private static List<WantedAttestation> attestations(PolicyNode node) throws FormatException {
    if (!node.has("attestations")) {
      return List.of();
    }
    var nodes = node.nodes("attestations");
    if (nodes.size() > MAX_ATTESTATIONS) {
      throw node.problem(
          "expected at most " + MAX_ATTESTATIONS + " attestations, got " + nodes.size());
    }
    var wanted = new ArrayList<WantedAttestation>();
    for (var one : nodes) {
      one.refuseOthers(PolicyFile.fields("attestations"));
      var type = one.parse("type", PredicateType::parse).uri();
      wanted.add(new WantedAttestation(type, fields(one, type), one.find("cel", PolicyRules::cel)));
    }
    return wanted;
  }

  private static Optional<ProvenanceFields> fields(PolicyNode node, String type)
      throws FormatException {
    var names = List.of("builder", "sourceRepo", "ref").stream().filter(node::has).toList();
    if (names.isEmpty()) {
      return Optional.empty();
    }
    if (!ProvenanceFields.isFor(type)) {
      throw node.problem(
          names.getFirst()
              + " belongs to slsaprovenance02 and slsaprovenance1; write cel for others");
    }
    try {
      return Optional.of(
          new ProvenanceFields(
              node.find("builder"), node.find("sourceRepo", GitSource::parse), node.find("ref")));
    } catch (IllegalArgumentException e) {
      throw node.problem(String.valueOf(e.getMessage()));
    }
  }

  private static PredicateCondition cel(String source) throws FormatException {
    for (var language : ServiceLoader.load(ConditionLanguage.class)) {
      if (language.ending().equals(".cel")) {
        return language.parse("cel", Bytes.utf8(source));
      }
    }
    throw new FormatException("this program was built without CEL");
  }

  private Authority authority(String name) throws FormatException {
    return Optional.ofNullable(authorities.get(name))
        .orElseThrow(() ->
            new FormatException(
                "no authority is named \"" + name + "\"; there are " + authorities.keySet()));
  }

  /// Two rules for one pattern and one namespace would leave it to their order which one holds.
  private static void refuseTies(PolicyNode node, List<Rule> rules) throws FormatException {
    var seen = new HashSet<List<Object>>();
    for (var rule : rules) {
      var namespaces = rule.namespaces().isEmpty() ? Set.of("") : rule.namespaces();
      for (var pattern : rule.images()) {
        for (var namespace : namespaces) {
          if (!seen.add(List.of(pattern, namespace))) {
            throw node.problem(
                "two rules are about " + pattern + (namespace.isEmpty() ? "" : " in " + namespace));
          }
        }
      }
    }
  }
}
