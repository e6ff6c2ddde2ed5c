package dev.countersign.cli;

import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.json.JsonValue;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.Secret;
import dev.countersign.registry.WebServices;
import dev.countersign.registry.WebServices.Question;
import dev.countersign.sigstore.IdentityToken;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/// Where the signer's identity token comes from: the command line, or what a CI system offers.
record IdentityTokens(Arguments arguments, World world, WebServices web) {
  static final Flag TOKEN =
      Flag.text("identity-token", "identity token to sign with, or a file that holds it");
  private static final Flag NO_AMBIENT =
      Flag.off("oidc-disable-ambient-providers", "take no identity token from the CI system");
  private static final Flag PROVIDER =
      Flag.text("oidc-provider", "take the identity token from here only: github-actions, envvar");

  static final List<Flag> FLAGS = List.of(TOKEN, NO_AMBIENT, PROVIDER);

  private static final String ENVIRONMENT = "envvar";
  private static final String GITHUB = "github-actions";
  private static final String VARIABLE = "SIGSTORE_ID_TOKEN";
  private static final String AUDIENCE = "sigstore";
  private static final int MAX_BYTES = 64 << 10;

  /// @throws Failure if there is none, or if what is there is none
  IdentityToken find(Deadline deadline) throws Failure, IOException {
    var given = arguments.find(TOKEN);
    if (given.isPresent()) {
      return parse("--identity-token", text(given.get()));
    }
    var ambient = ambient(deadline);
    if (ambient.isPresent()) {
      return ambient.get();
    }
    throw new Failure("expected --key or an identity token, got neither")
        .withHint(
            "give --identity-token or "
                + VARIABLE
                + ", or make a key with: countersign generate-key-pair; signing in with a browser"
                + " is not there");
  }

  /// A token looks like nothing that names a file.
  private String text(String value) throws Failure, IOException {
    try {
      IdentityToken.parse(value);
      return value;
    } catch (FormatException e) {
      var file = world.file(value);
      if (value.length() > 4096 || !Files.exists(file)) {
        throw new Failure(
            "cannot use --identity-token: " + e.problem() + ", and no file has that name");
      }
      return utf8(value);
    }
  }

  private String utf8(String file) throws Failure, IOException {
    try {
      return SmallFile.read(world, file, MAX_BYTES).toUtf8();
    } catch (FormatException e) {
      throw new Failure("cannot use " + OneLine.of(file) + ": " + e.problem());
    }
  }

  private Optional<IdentityToken> ambient(Deadline deadline) throws Failure, IOException {
    if (arguments.isOn(NO_AMBIENT)) {
      return Optional.empty();
    }
    var provider = arguments.text(PROVIDER);
    return switch (provider) {
      case "" -> {
        var token = ofVariable();
        yield token.isPresent() ? token : ofGithub(deadline);
      }
      case ENVIRONMENT -> ofVariable();
      case GITHUB -> ofGithub(deadline);
      default ->
          throw new Failure(
              "expected --oidc-provider github-actions or envvar, got " + OneLine.of(provider));
    };
  }

  private Optional<IdentityToken> ofVariable() throws Failure {
    var token = world.variable(VARIABLE).filter(text -> !text.isBlank());
    return token.isEmpty() ? Optional.empty() : Optional.of(parse(VARIABLE, token.get()));
  }

  /// As a job with the permission `id-token: write` [gets
  /// it](https://docs.github.com/en/actions/reference/security/oidc).
  private Optional<IdentityToken> ofGithub(Deadline deadline) throws Failure, IOException {
    var url = world.variable("ACTIONS_ID_TOKEN_REQUEST_URL").filter(text -> !text.isEmpty());
    var token = world.variable("ACTIONS_ID_TOKEN_REQUEST_TOKEN").filter(text -> !text.isEmpty());
    if (url.isEmpty() || token.isEmpty()) {
      return Optional.empty();
    }
    var separator = url.get().indexOf('?') < 0 ? '?' : '&';
    var question =
        Question.get(url.get() + separator + "audience=" + AUDIENCE, MAX_BYTES)
            .showing(Secret.of(token.get()));
    try {
      var answer = JsonValue.parseObject(web.fetch(question, deadline));
      return Optional.of(parse("the token of GitHub", answer.getString("value")));
    } catch (FormatException e) {
      throw new Failure("cannot use the token of GitHub: " + e.problem());
    }
  }

  private static IdentityToken parse(String source, String text) throws Failure {
    try {
      return IdentityToken.parse(text);
    } catch (FormatException e) {
      throw new Failure("cannot use " + source + ": " + e.problem());
    }
  }
}
