package dev.countersign.cli;

import dev.countersign.certificate.FulcioExtension;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.verify.ExpressionLanguage;
import dev.countersign.verify.IdentityMatch;
import dev.countersign.verify.TextMatch;
import java.util.EnumMap;
import java.util.Map;
import java.util.ServiceLoader;

/// Whom a certificate must name, as the flags of [WantedSigner] say.
record WantedIdentity(Arguments arguments, World world) {
  /// Both are needed: a name is only as good as whoever vouched for it.
  IdentityMatch read() throws Failure {
    return new IdentityMatch(
        text(WantedSigner.IDENTITY, WantedSigner.IDENTITY_EXPRESSION),
        text(WantedSigner.ISSUER, WantedSigner.ISSUER_EXPRESSION),
        extensions());
  }

  private Map<FulcioExtension, TextMatch> extensions() {
    var wanted = new EnumMap<FulcioExtension, TextMatch>(FulcioExtension.class);
    Map.of(
            FulcioExtension.GITHUB_WORKFLOW_NAME, WantedSigner.WORKFLOW_NAME,
            FulcioExtension.GITHUB_WORKFLOW_REF, WantedSigner.WORKFLOW_REF,
            FulcioExtension.GITHUB_WORKFLOW_REPOSITORY, WantedSigner.WORKFLOW_REPOSITORY,
            FulcioExtension.GITHUB_WORKFLOW_SHA, WantedSigner.WORKFLOW_SHA,
            FulcioExtension.GITHUB_WORKFLOW_TRIGGER, WantedSigner.WORKFLOW_TRIGGER)
        .forEach((extension, flag) ->
            arguments
                .find(flag)
                .ifPresent(text -> wanted.put(extension, new TextMatch.Exact(text))));
    return wanted;
  }

  private TextMatch text(Flag exact, Flag expression) throws Failure {
    var wanted = arguments.find(exact);
    var searched = arguments.find(expression);
    if (wanted.isPresent() && searched.isPresent()) {
      throw new Failure(
          "expected --%s or --%s, got both".formatted(exact.name(), expression.name()));
    }
    if (searched.isPresent()) {
      return search(expression, searched.get());
    }
    return new TextMatch.Exact(
        wanted.orElseThrow(() ->
            new Failure(
                "--%s or --%s is required for verification in keyless mode"
                    .formatted(exact.name(), expression.name()))));
  }

  /// As cosign, an expression is searched for; one that is not anchored lets more pass than its
  /// author thinks.
  private TextMatch search(Flag flag, String expression) throws Failure {
    if (!expression.startsWith("^") || !expression.endsWith("$")) {
      world.warn(
          "--%s is not anchored (^…$): it matches anywhere in the text".formatted(flag.name()));
    }
    var language =
        ServiceLoader.load(ExpressionLanguage.class)
            .findFirst()
            .orElseThrow(() -> new AssertionError("the command has the language of expressions"));
    try {
      return language.search(expression);
    } catch (FormatException e) {
      throw new Failure("--" + flag.name() + ": " + OneLine.of(e.problem()));
    }
  }
}
