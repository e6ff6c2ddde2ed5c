package dev.countersign.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A Kubernetes API server in this process, over HTTPS on loopback, for the faults that a real one
/// does not show on demand.
///
/// It keeps objects at their paths with a `resourceVersion` each, and knows reading, creating,
/// replacing and server-side apply, which here merges members and owns none. It judges neither who
/// asks nor what an object holds. Safe for many threads.
public final class FakeApiServer implements AutoCloseable {
  /// The only credentials in its [#kubeconfig()].
  public static final String TOKEN = "fake-api-server-token";

  private static final int MAX_BYTES = 4 << 20;

  private final FakeCa ca = FakeCa.create();
  private final Map<String, Map<String, Object>> objects = new TreeMap<>();
  private final LoopbackService service;
  private long version;

  private FakeApiServer() throws IOException {
    var transport =
        new Transport.Https(
            ca.loopbackServer().serverContext(), Transport.ClientCertificate.NOT_ASKED);
    service = LoopbackService.start(transport, this::answer);
  }

  /// One that holds nothing.
  public static FakeApiServer start() throws IOException {
    return new FakeApiServer();
  }

  /// Its port, with its faults and its requests.
  public LoopbackService service() {
    return service;
  }

  /// A kubeconfig that means this server.
  public String kubeconfig() {
    var authority =
        Base64.getEncoder().encodeToString(ca.certificatePem().getBytes(StandardCharsets.US_ASCII));
    return """
    current-context: fake
    contexts: [{name: fake, context: {cluster: fake, user: me}}]
    clusters: [{name: fake, cluster: {server: "%s", certificate-authority-data: %s}}]
    users: [{name: me, user: {token: %s}}]
    """
        .formatted(service.url(), authority, TOKEN);
  }

  /// The JSON of the object at a path such as `/api/v1/namespaces/a/secrets/b`, as it is now.
  public synchronized Optional<String> object(String path) {
    return Optional.ofNullable(objects.get(path))
        .map(object -> new String(Json.write(object), StandardCharsets.UTF_8));
  }

  /// Keeps an object at a path, as if another client had written it.
  public synchronized void put(String path, String json) {
    var object =
        Json.parseObject(json.getBytes(StandardCharsets.UTF_8))
            .orElseThrow(() -> new IllegalArgumentException("expected a JSON object"));
    keep(200, path, object);
  }

  /// A refusal, as an API server writes them.
  public static Fault.Status refusal(int code, String reason, String message) {
    var body = new String(Json.write(status(code, reason, message)), StandardCharsets.UTF_8);
    return new Fault.Status(code, Map.of("Content-Type", "application/json"), body);
  }

  private synchronized Reply answer(Call call) throws Refusal, IOException {
    var path = call.request().path();
    return switch (call.method()) {
      case "GET" -> read(path);
      case "POST" -> create(path, body(call));
      case "PUT" -> replace(path, body(call));
      case "PATCH" -> apply(path, body(call));
      default -> throw refuse(405, "MethodNotAllowed", "the method is not known here");
    };
  }

  private Reply read(String path) throws Refusal {
    var object = objects.get(path);
    if (object != null) {
      return FakeIssuer.json(object);
    }
    if (path.equals("/version")) {
      return FakeIssuer.json(Map.of("major", "1", "minor", "30"));
    }
    var items =
        objects.entrySet().stream()
            .filter(entry -> entry.getKey().matches("\\Q" + path + "\\E/[^/]+"))
            .map(Map.Entry::getValue)
            .toList();
    if (items.isEmpty()) {
      throw absent(path);
    }
    return FakeIssuer.json(Map.of("kind", "List", "items", items));
  }

  private Reply create(String collection, Map<String, Object> object) throws Refusal {
    var path = collection + '/' + metadata(object).get("name");
    if (objects.containsKey(path)) {
      throw refuse(409, "AlreadyExists", quoted(path) + " already exists");
    }
    return keep(201, path, object);
  }

  private Reply replace(String path, Map<String, Object> object) throws Refusal {
    if (!objects.containsKey(path)) {
      throw absent(path);
    }
    demandVersion(path, object);
    return keep(200, path, object);
  }

  private Reply apply(String path, Map<String, Object> object) throws Refusal {
    demandVersion(path, object);
    var old = objects.get(path);
    return keep(old == null ? 201 : 200, path, old == null ? object : merge(old, object));
  }

  /// Refuses a change of an object that is another by now.
  private void demandVersion(String path, Map<String, Object> object) throws Refusal {
    var wanted = metadata(object).get("resourceVersion");
    var old = objects.get(path);
    if (wanted != null && (old == null || !wanted.equals(metadata(old).get("resourceVersion")))) {
      throw refuse(
          409,
          "Conflict",
          "Operation cannot be fulfilled on "
              + quoted(path)
              + ": the object has been modified; please apply your changes to the latest version");
    }
  }

  private Reply keep(int status, String path, Map<String, Object> object) {
    version++;
    var newVersion = Map.of("metadata", Map.of("resourceVersion", String.valueOf(version)));
    var kept = merge(object, newVersion);
    objects.put(path, kept);
    return Reply.of(status).body("application/json", Json.write(kept));
  }

  private static Map<String, Object> merge(Map<?, ?> old, Map<?, ?> more) {
    var merged = new LinkedHashMap<String, Object>();
    old.forEach((name, value) -> merged.put(String.valueOf(name), value));
    more.forEach((name, value) ->
        merged.merge(
            String.valueOf(name),
            value,
            (before, after) ->
                before instanceof Map<?, ?> one && after instanceof Map<?, ?> other
                    ? merge(one, other)
                    : after));
    return merged;
  }

  private static Map<?, ?> metadata(Map<String, Object> object) {
    return FakeFulcio.member(object, "metadata");
  }

  private static Map<String, Object> body(Call call) throws Refusal, IOException {
    return Json.parseObject(call.readBody(MAX_BYTES))
        .orElseThrow(() -> refuse(400, "BadRequest", "expected JSON"));
  }

  private static Refusal absent(String path) {
    return refuse(404, "NotFound", quoted(path) + " not found");
  }

  /// The resource and the name, as in `secrets "a"`.
  private static String quoted(String path) {
    var parts = List.of(path.split("/", -1));
    return parts.get(parts.size() - 2) + " \"" + parts.getLast() + '"';
  }

  private static Refusal refuse(int code, String reason, String message) {
    var body = Json.write(status(code, reason, message));
    return new Refusal(message, Reply.of(code).body("application/json", body));
  }

  private static Map<String, ?> status(int code, String reason, String message) {
    return Map.of(
        "kind", "Status", "status", "Failure", "code", code, "reason", reason, "message", message);
  }

  @Override
  public void close() {
    service.close();
  }
}
