package dev.countersign.cli;

import dev.countersign.ImageVerifier;
import dev.countersign.format.FormatException;
import dev.countersign.oci.ImageReference;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Requirement;
import dev.countersign.registry.Deadline;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Verifies images by a key, some side by side.
record KeyAnswers(RegistryAccess access, Requirement requirement) implements ImageAnswers {
  private static final int AT_ONCE = 16;

  @Override
  public Map<ImageQuestion, ImageAnswer> ask(List<ImageQuestion> questions, Deadline deadline)
      throws Failure, IOException {
    var answers = new HashMap<ImageQuestion, ImageAnswer>();
    var images = new LinkedHashMap<ImageQuestion, ImageReference>();
    for (var question : questions) {
      try {
        images.put(question, ImageReference.parse(question.image()));
      } catch (FormatException e) {
        answers.put(question, new ImageAnswer.Denied(e.problem(), ExitCode.FAILED));
      }
    }
    try (var registry = access.open(Set.copyOf(images.values()))) {
      answers.putAll(verify(images, new ImageVerifier(registry, access.place()), deadline));
    }
    return answers;
  }

  /// The same image in two namespaces is asked for once.
  private Map<ImageQuestion, ImageAnswer> verify(
      Map<ImageQuestion, ImageReference> images, ImageVerifier verifier, Deadline deadline)
      throws IOException {
    var answers = new HashMap<ImageQuestion, ImageAnswer>();
    var running = new HashMap<ImageReference, Future<Decision>>();
    try (var threads = Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
      var asked = new LinkedHashMap<ImageQuestion, Future<Decision>>();
      images.forEach((question, image) ->
          asked.put(
              question,
              running.computeIfAbsent(
                  image,
                  one ->
                      threads.submit(
                          (Callable<Decision>)
                              () -> verifier.verify(one, requirement, deadline)))));
      for (var entry : asked.entrySet()) {
        answers.put(entry.getKey(), answer(await(entry.getValue())));
      }
    }
    return answers;
  }

  private static Decision await(Future<Decision> decision) throws IOException {
    try {
      return decision.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a verification ended unexpectedly", e.getCause());
    }
  }

  private static ImageAnswer answer(Decision decision) {
    return switch (decision) {
      case Decision.Allowed allowed ->
          new ImageAnswer.Good(
              allowed.image().digest() + " by " + allowed.proofs().getFirst().authority().name());
      case Decision.Denied(var denial) -> {
        var failure = VerificationReport.failure(denial);
        yield new ImageAnswer.Denied(failure.problem(), failure.exitCode());
      }
      case Decision.Undetermined(var cause) -> new ImageAnswer.Unknown(cause);
    };
  }
}
