package dev.countersign.provider;

import dev.countersign.policy.Denial;
import dev.countersign.verify.Claims;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What a denial tells a developer: what is wrong, what was found beside what was wanted, and what
/// to do.
final class DenialLine {
  private static final int MAX_NAMED = 3;
  private static final String NOT_ALLOWED = "address not allowed";
  private static final String WRONG_KEY = "wrong-key";

  private DenialLine() {}

  /// @param policy by whose rule it is
  static Line of(Denial denial, String policy, Grounds grounds) {
    return switch (denial) {
      case Denial.ImageAbsent _ ->
          new Line(
              "not in the registry",
              "no such tag, digest or repository",
              "look at the name, or push it first");
      case Denial.NoSignature _ ->
          new Line(
              "not signed",
              policy(policy) + " wants " + wanted(grounds),
              "sign it with " + keys(grounds) + "; Gatekeeper may repeat this answer for minutes");
      case Denial.NoAttestation(_, var type, var found) ->
          new Line(
              "no attestation of the type that " + policy(policy) + " wants",
              "wanted " + type + ", found " + (found.isEmpty() ? "none" : String.join(", ", found)),
              "attest it; Gatekeeper may repeat this answer for minutes");
      case Denial.AttestationUnmet(_, var type, var problem) ->
          new Line(
              "no attestation as " + policy(policy) + " wants it",
              type + ": " + problem,
              "build it as the policy says, and attest that");
      case Denial.NoneProves none ->
          switch (none.claims()) {
            case Claims.Required _, Claims.InsecureUnchecked _ -> noneProves(policy, grounds);
            case Claims.Attestation _, Claims.InsecureAttestation _ ->
                new Line(
                    "no attestation counts for " + policy(policy),
                    some(
                        none.rejected().stream()
                            .map(one -> one.reason().text())
                            .distinct()
                            .toList()),
                    "attest it with " + keys(grounds));
          };
      case Denial.NotEnough(_, int wanted, var signed) ->
          new Line(
              "signed by "
                  + signed.size()
                  + " of "
                  + wanted
                  + " keys that "
                  + policy(policy)
                  + " wants",
              "has "
                  + named(signed.stream().map(Wanted::of).toList())
                  + "; wanted "
                  + wanted(grounds),
              "let the others sign it too");
      case Denial.Revoked _ -> new Line("revoked by the policy file", "", "run another build");
      case Denial.NoRule(var image) ->
          new Line(
              "no rule of " + policy(policy) + " is about it",
              image.repository().toString(),
              "use an image that a rule is about, or ask for a rule");
      case Denial.NoNamespace _ ->
          new Line(
              policy(policy) + " has rules for namespaces",
              "the question names no namespace",
              "ask with ns=, as the shipped template does");
      case Denial.LimitReached(var limit) ->
          new Line("not proven within the limits", limit, "remove signatures that nobody needs");
      case Denial.Unreadable(var problem) ->
          new Line(
              "its list of signatures cannot be read",
              problem,
              "look at the tag sha256-… beside it");
      case Denial.AddressNotAllowed(var problem) ->
          new Line(NOT_ALLOWED, withoutCode(problem), "use the registry's public name");
    };
  }

  /// What stands before the detail anyway.
  private static String withoutCode(String problem) {
    var code = NOT_ALLOWED + ": ";
    return problem.startsWith(code) ? problem.substring(code.length()) : problem;
  }

  private static Line noneProves(String policy, Grounds grounds) {
    var told =
        grounds.signatures().stream().filter(one -> !one.counts().equals(WRONG_KEY)).findFirst();
    var found = "found " + count(grounds) + told.map(one -> ": " + one.text()).orElse("");
    return new Line(
        told.isPresent()
            ? "no signature counts for " + policy(policy)
            : "not signed by a key of " + policy(policy),
        found + ", by " + signers(grounds) + "; wanted " + wanted(grounds),
        todo(told, grounds));
  }

  private static String todo(Optional<FoundSignature> told, Grounds grounds) {
    return switch (told.map(FoundSignature::counts).orElse(WRONG_KEY)) {
      case "missing-annotation" -> "sign it with -a NAME=VALUE as wanted";
      case "other-name", "no-signed-name" -> "sign it under its own name, in tag form";
      case "other-image" -> "sign this digest; the signature was copied, or the tag moved";
      case "authority-not-valid" -> "sign it with a key that counts now";
      case "malformed" -> "remove what is no signature, and sign it with " + keys(grounds);
      default -> "sign it with " + keys(grounds);
    };
  }

  private static String policy(String name) {
    return "policy \"" + name + '"';
  }

  private static String keys(Grounds grounds) {
    if (grounds.atLeast() > 1) {
      return grounds.atLeast() + " of these keys";
    }
    return grounds.wanted().size() == 1 ? "that key" : "one of these keys";
  }

  private static String count(Grounds grounds) {
    return grounds.found() == 1 ? "1 signature" : grounds.found() + " signatures";
  }

  private static String signers(Grounds grounds) {
    return some(grounds.signatures().stream().map(one -> one.signer().text()).distinct().toList());
  }

  private static String wanted(Grounds grounds) {
    return (grounds.atLeast() > 1 ? grounds.atLeast() + " of " : "") + named(grounds.wanted());
  }

  private static String named(List<Wanted> authorities) {
    return some(authorities.stream().map(Wanted::text).toList());
  }

  private static String some(List<String> names) {
    var shown = names.stream().limit(MAX_NAMED).collect(Collectors.joining(", "));
    return names.size() > MAX_NAMED
        ? shown + " and " + (names.size() - MAX_NAMED) + " more"
        : shown;
  }
}
