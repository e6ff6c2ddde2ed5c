package dev.countersign.cli.kubernetes;

import dev.countersign.access.Environment;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.registry.Deadline;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// An API server, spoken to in JSON. Paths are the server's own, as
/// `/api/v1/namespaces/a/secrets/b`.
///
/// The only class that knows how it is reached; loading it takes a while, so commands that need no
/// cluster do not. What an object holds is in no message.
public final class KubernetesApi implements AutoCloseable {
  private static final String MANAGER = "countersign";
  private static final String JSON = "application/json";

  /// What servers answer to paths of groups that they do not know.
  private static final Bytes UNKNOWN_PATH = Bytes.utf8("404 page not found\n");

  private final HttpClient client;
  private final String address;

  private KubernetesApi(HttpClient client, String address) {
    this.client = client;
    this.address = address;
  }

  /// The cluster that the environment means, as `kubectl` understands it; the caller closes it.
  /// Nothing is asked yet but the program that a kubeconfig names for its credentials.
  ///
  /// @param folder where relative paths start
  /// @throws IOException in one line: if none is meant, or its files cannot be used
  public static KubernetesApi open(Environment environment, Path folder) throws IOException {
    return open(new Kubeconfig(environment, folder, Kubeconfig.SERVICE_ACCOUNT));
  }

  static KubernetesApi open(Kubeconfig kubeconfig) throws IOException {
    var config = kubeconfig.load();
    try {
      return new KubernetesApi(connect(config), config.getMasterUrl().replaceFirst("/+$", ""));
    } catch (FormatException e) {
      throw new IOException(e.problem(), e);
    } catch (GeneralSecurityException | KubernetesClientException e) {
      throw new IOException(
          "cannot use the certificates for " + config.getMasterUrl() + ": " + innermost(e), e);
    }
  }

  /// With our own reader of client keys: the library's takes neither ECDSA in PKCS#8 nor SEC1.
  private static HttpClient connect(Config config)
      throws IOException, FormatException, GeneralSecurityException {
    var pair = Kubeconfig.takeClientCertificate(config);
    var builder = new Connections().newBuilder(config);
    if (pair.isPresent()) {
      builder.sslContext(pair.get().keyManagers(), SSLUtils.trustManagers(config));
    }
    return builder.build();
  }

  /// Connections that stay with the server that was meant: what sends elsewhere gets no
  /// credentials.
  private static final class Connections extends JdkHttpClientFactory {
    @Override
    protected void additionalConfig(java.net.http.HttpClient.Builder builder) {
      builder.followRedirects(java.net.http.HttpClient.Redirect.NEVER);
    }
  }

  private enum Verb {
    READ("see that the kubeconfig's server is right and can be reached; --timeout gives it time"),
    WRITE("it may have been done all the same: look at what is there, then run this again");

    private final String advice;

    Verb(String adviceWithoutAnswer) {
      this.advice = adviceWithoutAnswer;
    }
  }

  /// What is asked for: a path, with its query if it has one.
  private record Question(Verb verb, String target) {
    /// The problem in one line.
    String problem(String what) {
      var path = target.replaceFirst("\\?.*", "");
      return "cannot " + verb.name().toLowerCase(Locale.ROOT) + ' ' + path + ": " + what;
    }
  }

  /// The object at `path`; empty if there is none.
  ///
  /// @throws ApiException for any other answer, and for none
  public Optional<JsonObject> find(String path, Deadline deadline) throws IOException {
    var question = new Question(Verb.READ, path);
    var answer = send(question, request(path), deadline);
    return isAbsent(answer) ? Optional.empty() : Optional.of(good(answer, question));
  }

  /// The server's clock, to the second; empty if it does not tell.
  public Optional<Instant> time(Deadline deadline) throws IOException {
    var path = "/version";
    var answer = send(new Question(Verb.READ, path), request(path), deadline);
    try {
      return answer
          .date()
          .map(text -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /// Makes an object in the collection at `path`.
  ///
  /// @throws ApiException also if there is one of its name
  public void create(String path, JsonObject object, Deadline deadline) throws IOException {
    change("POST", JSON, path, object, deadline);
  }

  /// Puts another object in the place of the one at `path`.
  ///
  /// @param object with the `resourceVersion` of the one that was read
  /// @throws ApiException also if it was changed since
  public void replace(String path, JsonObject object, Deadline deadline) throws IOException {
    change("PUT", JSON, path, object, deadline);
  }

  /// Makes the object at `path` hold what `object` says, whoever said otherwise before, and leaves
  /// all else in it as it is ([server-side
  /// apply](https://kubernetes.io/docs/reference/using-api/server-side-apply/)).
  ///
  /// @param object if it has a `resourceVersion`, what is there must have the same
  /// @return the object as it is then
  /// @throws ApiException also if it has another one
  public JsonObject apply(String path, JsonObject object, Deadline deadline) throws IOException {
    var target = path + "?fieldManager=" + MANAGER + "&force=true";
    return change("PATCH", "application/apply-patch+yaml", target, object, deadline);
  }

  private JsonObject change(
      String method, String type, String target, JsonObject object, Deadline deadline)
      throws IOException {
    var question = new Question(Verb.WRITE, target);
    // A text, which can be sent again when the server is busy; a stream is sent once.
    var request = request(target).method(method, type, text(object));
    var answer = send(question, request, deadline);
    var written = good(answer, question);
    try {
      written.getObject("metadata").getString("resourceVersion");
      return written;
    } catch (FormatException e) {
      throw ApiException.answered(answer.status(), question.problem(e.problem()));
    }
  }

  private static String text(JsonObject object) {
    try {
      return object.toBytes().toUtf8();
    } catch (FormatException e) {
      throw new AssertionError("JSON is UTF-8", e);
    }
  }

  private HttpRequest.Builder request(String target) {
    return client.newHttpRequestBuilder().uri(address + target).header("Accept", JSON);
  }

  /// @param date the header of this name
  private record Answer(int status, Bytes body, Optional<String> date) {}

  private Answer send(Question question, HttpRequest.Builder request, Deadline deadline)
      throws IOException {
    var body = new AnswerBody();
    var exchange = client.consumeBytes(request.build(), body).thenCompose(KubernetesApi::readAll);
    try {
      var response = exchange.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
      var date = response.headers("Date").stream().findFirst();
      return new Answer(response.code(), body.bytes(), date);
    } catch (TimeoutException e) {
      throw unanswered(question, "expected an answer of " + address + " in time, got none", e);
    } catch (ExecutionException e) {
      throw unanswered(question, "no whole answer of " + address + ": " + innermost(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static CompletableFuture<HttpResponse<AsyncBody>> readAll(
      HttpResponse<AsyncBody> response) {
    response.body().consume();
    return response.body().done().thenApply(all -> response);
  }

  private static ApiException unanswered(Question question, String what, Exception cause) {
    return ApiException.unanswered(question.problem(what), question.verb().advice, cause);
  }

  /// Whether an API server says that there is no such object, or that it knows no such kind; a
  /// server of another kind knows nothing of that.
  private static boolean isAbsent(Answer answer) {
    return answer.status() == 404
        && (answer.body().equals(UNKNOWN_PATH) || reason(answer).isPresent());
  }

  private static JsonObject good(Answer answer, Question question) throws ApiException {
    int status = answer.status();
    if (!HttpResponse.isSuccessful(status)) {
      var what =
          reason(answer).orElse("expected an API server's answer, got HTTP status " + status);
      throw ApiException.answered(status, question.problem(OneLine.of(what)));
    }
    try {
      return JsonValue.parseObject(answer.body());
    } catch (FormatException e) {
      throw ApiException.answered(status, question.problem(e.problem()));
    }
  }

  /// What the server says of its refusal
  /// ([`Status`](https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/)).
  private static Optional<String> reason(Answer answer) {
    try {
      var refusal = JsonValue.parseObject(answer.body());
      return refusal.findString("kind").filter("Status"::equals).isPresent()
          ? refusal.findString("message")
          : Optional.empty();
    } catch (FormatException e) {
      return Optional.empty();
    }
  }

  private static String innermost(Throwable problem) {
    var cause = problem;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return OneLine.of(
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
  }

  @Override
  public void close() {
    client.close();
  }
}
