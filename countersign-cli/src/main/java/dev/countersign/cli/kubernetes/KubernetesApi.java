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
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// An API server, spoken to in JSON. Paths are the server's own, as
/// `/api/v1/namespaces/a/secrets/b`.
///
/// The only class that knows how it is reached; loading it takes a while, so commands that need no
/// cluster do not. What an object holds is in no message.
public final class KubernetesApi implements AutoCloseable {
  private static final int MAX_BYTES = 64 << 20;
  private static final String MANAGER = "countersign";
  private static final String JSON = "application/json";

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
    var builder = new JdkHttpClientFactory().newBuilder(config);
    if (pair.isPresent()) {
      builder.sslContext(pair.get().keyManagers(), SSLUtils.trustManagers(config));
    }
    return builder.build();
  }

  /// The object at `path`; empty if there is none.
  public Optional<JsonObject> find(String path, Deadline deadline) throws IOException {
    var answer = send(client.newHttpRequestBuilder().uri(address + path), deadline);
    return answer.status() == 404 ? Optional.empty() : Optional.of(good(answer, "read", path));
  }

  /// The server's clock, to the second; empty if it does not tell.
  public Optional<Instant> time(Deadline deadline) throws IOException {
    var answer = send(client.newHttpRequestBuilder().uri(address + "/version"), deadline);
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
  /// @throws ApiException that is a conflict if there is one of its name
  public void create(String path, JsonObject object, Deadline deadline) throws IOException {
    change("POST", JSON, path, object, deadline);
  }

  /// Puts another object in the place of the one at `path`.
  ///
  /// @param object with the `resourceVersion` of the one that was read
  /// @throws ApiException that is a conflict if it was changed since
  public void replace(String path, JsonObject object, Deadline deadline) throws IOException {
    change("PUT", JSON, path, object, deadline);
  }

  /// Makes the object at `path` hold what `object` says, whoever said otherwise before, and leaves
  /// all else in it as it is ([server-side
  /// apply](https://kubernetes.io/docs/reference/using-api/server-side-apply/)).
  public void apply(String path, JsonObject object, Deadline deadline) throws IOException {
    var target = path + "?fieldManager=" + MANAGER + "&force=true";
    change("PATCH", "application/apply-patch+yaml", target, object, deadline);
  }

  private void change(String method, String type, String path, JsonObject object, Deadline deadline)
      throws IOException {
    var request = client.newHttpRequestBuilder().uri(address + path);
    var body = object.toBytes();
    var answer = send(request.method(method, type, body.asStream(), body.size()), deadline);
    good(answer, "write", path.replaceFirst("\\?.*", ""));
  }

  /// @param date the header of this name
  private record Answer(int status, Bytes body, Optional<String> date) {}

  private Answer send(HttpRequest.Builder request, Deadline deadline) throws IOException {
    var exchange = client.sendAsync(request.header("Accept", JSON).build(), InputStream.class);
    try {
      var response = exchange.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
      var date = response.headers("Date").stream().findFirst();
      return new Answer(response.code(), read(response), date);
    } catch (TimeoutException e) {
      exchange.cancel(true);
      throw new IOException(address + ": expected an answer in time, got none", e);
    } catch (ExecutionException e) {
      throw new IOException("cannot reach " + address + ": " + innermost(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private Bytes read(HttpResponse<InputStream> response) throws IOException {
    try (var in = response.body()) {
      var content = in.readNBytes(MAX_BYTES + 1);
      if (content.length > MAX_BYTES) {
        throw new IOException(address + ": expected an answer of at most 64 MiB, got more");
      }
      return Bytes.copyOf(content);
    }
  }

  private JsonObject good(Answer answer, String verb, String path) throws IOException {
    if (!HttpResponse.isSuccessful(answer.status())) {
      throw new ApiException(
          answer.status(), "cannot " + verb + ' ' + path + ": " + OneLine.of(reason(answer)));
    }
    try {
      return JsonValue.parseObject(answer.body());
    } catch (FormatException e) {
      throw new IOException(address + path + ": " + e.problem(), e);
    }
  }

  /// What the server says of its refusal
  /// ([`Status`](https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/)).
  private static String reason(Answer answer) {
    try {
      return JsonValue.parseObject(answer.body()).getString("message");
    } catch (FormatException e) {
      return "HTTP status " + answer.status();
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
