package dev.countersign.cli;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonBoolean;
import dev.countersign.registry.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Asks what answers as a provider does, as the constraint template asks it, and again where the
/// provider is still checking. Only a positive answer about the image that was asked for is one.
record ProviderAnswers(Provider provider, String policy) implements ImageAnswers {
  private static final int KEYS_A_REQUEST = 32;
  private static final Duration PAUSE = Duration.ofMillis(500);

  /// What the constraint template asks for.
  private static final Pattern IMAGE = Pattern.compile("[A-Za-z0-9\\[][A-Za-z0-9._:/@\\[\\]-]*");

  private static final Pattern FIELD = Pattern.compile("[a-z0-9.-]{1,63}");

  private static final Pattern NONE_PROVES =
      Pattern.compile("not signed by a key of |no signature counts for |signed by \\d+ of ");

  /// A provider's `/v1/verify`.
  interface Provider {
    /// A `ProviderResponse` to these keys.
    ///
    /// @throws Failure if it is no use to ask again
    /// @throws IOException if it may be
    Bytes ask(List<String> keys, Deadline deadline) throws Failure, IOException;
  }

  @Override
  public Map<ImageQuestion, ImageAnswer> ask(List<ImageQuestion> questions, Deadline deadline)
      throws Failure, IOException {
    var answers = new HashMap<ImageQuestion, ImageAnswer>();
    var open = new LinkedHashMap<String, ImageQuestion>();
    for (var question : questions) {
      key(question)
          .ifPresentOrElse(
              key -> open.put(key, question),
              () ->
                  answers.put(
                      question,
                      new ImageAnswer.Denied("this is no image reference", ExitCode.FAILED)));
    }
    var cause = "the provider gave no answer";
    while (!open.isEmpty()) {
      var keys = List.copyOf(open.keySet());
      for (int i = 0; i < keys.size(); i += KEYS_A_REQUEST) {
        var some = keys.subList(i, Math.min(keys.size(), i + KEYS_A_REQUEST));
        cause = askOnce(some, open, answers, deadline).orElse(cause);
      }
      if (deadline.remaining().compareTo(PAUSE) <= 0) {
        break;
      }
      if (!open.isEmpty()) {
        pause();
      }
    }
    for (var question : open.values()) {
      answers.put(question, new ImageAnswer.Unknown(cause));
    }
    return answers;
  }

  private Optional<String> key(ImageQuestion question) {
    return IMAGE.matcher(question.image()).matches()
            && FIELD.matcher(question.namespace()).matches()
        ? Optional.of(
            "policy=%s|ns=%s|%s".formatted(policy, question.namespace(), question.image()))
        : Optional.empty();
  }

  /// Moves what is answered from `open` to `answers`; what the provider says of the rest.
  private Optional<String> askOnce(
      List<String> keys,
      Map<String, ImageQuestion> open,
      Map<ImageQuestion, ImageAnswer> answers,
      Deadline deadline)
      throws Failure {
    try {
      var response = JsonValue.parseObject(provider.ask(keys, deadline)).getObject("response");
      for (var value : response.findArray("items")) {
        var item = value.asObject("an item");
        var question = open.remove(item.getString("key"));
        if (question != null) {
          answers.put(question, answer(item, question.image()));
        }
      }
      return response.findString("systemError").filter(text -> !text.isEmpty()).map(OneLine::of);
    } catch (FormatException e) {
      throw new Failure("expected a provider's answer: " + e.problem());
    } catch (IOException e) {
      return Optional.of(FileFault.describe(e));
    }
  }

  private static ImageAnswer answer(JsonObject item, String image) throws FormatException {
    var error = item.findString("error");
    if (error.isPresent()) {
      return new ImageAnswer.Denied(OneLine.of(error.get()), exitCode(error.get()));
    }
    var value = item.getObject("value");
    if (!(value.find("verified").orElse(null) instanceof JsonBoolean(var verified) && verified)) {
      return new ImageAnswer.Denied("the provider's answer is not positive", ExitCode.FAILED);
    }
    var digest = value.findString("digest");
    int at = image.indexOf('@');
    if (at >= 0 && !digest.equals(Optional.of(image.substring(at + 1)))) {
      return new ImageAnswer.Denied("the provider answered for another digest", ExitCode.FAILED);
    }
    var exempt = value.findString("exempt");
    if (exempt.isPresent()) {
      return new ImageAnswer.Good("exempt: " + OneLine.of(exempt.get()));
    }
    return new ImageAnswer.Good(OneLine.of(digest.orElse("") + " by " + signers(value)));
  }

  /// That of a denial, by its first words, which `docs/errors.md` lists; a provider that is terse
  /// about denials tells none.
  private static int exitCode(String denial) {
    if (denial.startsWith("not in the registry")) {
      return ExitCode.ABSENT;
    }
    if (NONE_PROVES.matcher(denial).lookingAt()) {
      return ExitCode.NONE_PROVES;
    }
    return denial.startsWith("not signed ") ? ExitCode.NO_SIGNATURE : ExitCode.FAILED;
  }

  private static String signers(JsonObject value) throws FormatException {
    var names = new ArrayList<String>();
    for (var signer : value.findArray("by")) {
      names.add(signer.asObject("a signer").findString("authority").orElse("?"));
    }
    return String.join(", ", names);
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
