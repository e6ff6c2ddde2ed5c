package dev.countersign.registry;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.registry.RegistryException.Fault;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/// Services on the web that answer questions, over HTTPS or from loopback. No redirect is followed,
/// since a question may show a token; faults that may pass soon are asked again.
public final class WebServices implements AutoCloseable {
  private static final String JSON = "application/json";

  private final Http http;
  private final Retrier retrier = new Retrier(Retry.DEFAULT, ThreadLocalRandom::current);

  /// A client without any state yet; no connection is made.
  public WebServices(Connections connections) {
    http = new Http(connections);
  }

  /// What a service is asked.
  ///
  /// @param content what is sent, with its media type; none for a question by `GET`
  /// @param limitBytes the most of an answer that is read
  public record Question(
      String url, Optional<Content> content, Optional<Secret> bearerToken, int limitBytes) {

    /// A question by `GET`.
    public static Question get(String url, int limitBytes) {
      return new Question(url, Optional.empty(), Optional.empty(), limitBytes);
    }

    /// A question by `POST` of JSON.
    public static Question post(String url, Bytes json, int limitBytes) {
      return post(url, new Content(JSON, json), limitBytes);
    }

    /// A question by `POST`.
    public static Question post(String url, Content content, int limitBytes) {
      return new Question(url, Optional.of(content), Optional.empty(), limitBytes);
    }

    /// The same, showing a token.
    public Question showing(Secret token) {
      return new Question(url, content, Optional.of(token), limitBytes);
    }

    private Request request() throws FormatException {
      var parsed = WebFiles.parse(url);
      var request =
          content.isEmpty()
              ? Request.get(parsed, limitBytes)
              : new Request("POST", parsed, Map.of(), content.get().bytes(), limitBytes)
                  .with("Content-Type", content.get().mediaType());
      return bearerToken.isEmpty()
          ? request
          : request.with(Request.AUTHORIZATION, "Bearer " + bearerToken.get().reveal());
    }
  }

  /// What is sent with a question.
  public record Content(String mediaType, Bytes bytes) {}

  /// What a service answered.
  public sealed interface Answer {
    /// Status 2xx.
    record Done(Bytes body) implements Answer {}

    /// Status 409: what was to be made is there already.
    ///
    /// @param location where, as the service says; empty if it does not
    record AlreadyThere(String location) implements Answer {}
  }

  /// Asks, up to three times.
  ///
  /// @throws RegistryException if the service cannot be reached or answers with another status; the
  ///   message holds nothing of the answer's body
  public Answer ask(Question question, Deadline deadline) throws RegistryException {
    return retrier.ask(() -> askOnce(question, deadline), deadline);
  }

  /// What the service answers to a question that makes nothing.
  ///
  /// @throws RegistryException as above
  public Bytes fetch(Question question, Deadline deadline) throws RegistryException {
    return switch (ask(question, deadline)) {
      case Answer.Done(var body) -> body;
      case Answer.AlreadyThere there ->
          throw new RegistryException(
              Fault.REFUSED, "the service says that it did this already: " + question.url());
    };
  }

  private Answer askOnce(Question question, Deadline deadline) throws RegistryException {
    try {
      var request = question.request();
      var response = http.send(request, deadline);
      if (response.status() == 409) {
        return new Answer.AlreadyThere(response.header("Location").orElse(""));
      }
      if (!response.isSuccess()) {
        throw Faults.of(request, response);
      }
      return new Answer.Done(response.body());
    } catch (FormatException e) {
      throw new RegistryException(Fault.REFUSED, e.problem(), e);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
