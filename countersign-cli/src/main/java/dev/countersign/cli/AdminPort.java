package dev.countersign.cli;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Asks the admin port of a provider. Redirects are not followed: the token is for this port alone.
final class AdminPort {
  private static final int MAX_BYTES = 16 << 20;
  private static final int PATIENCE_MILLIS = 10_000;
  private static final String DECISIONS = "/v1/decisions";

  private final String server;
  private final Optional<String> token;

  /// @param server `http://HOST:PORT`
  AdminPort(String server, Optional<String> token) throws Failure {
    if (!server.startsWith("http://") && !server.startsWith("https://")) {
      throw new Failure("expected --server http://HOST:PORT, got " + OneLine.of(server));
    }
    this.server = server.endsWith("/") ? server.substring(0, server.length() - 1) : server;
    this.token = token;
  }

  /// The record of one decision, if it is still kept.
  Optional<JsonObject> decision(String id) throws Failure, FormatException, IOException {
    return get(DECISIONS + '/' + id);
  }

  /// The records about an image, the newest first.
  List<JsonObject> decisionsAbout(String image) throws Failure, FormatException, IOException {
    var query = "?image=" + URLEncoder.encode(image, StandardCharsets.UTF_8);
    var list = get(DECISIONS + query).orElse(JsonObject.empty());
    var records = new ArrayList<JsonObject>();
    for (var record : list.findArray("decisions")) {
      records.add(record.asObject("a decision"));
    }
    return records;
  }

  private Optional<JsonObject> get(String target) throws Failure, FormatException, IOException {
    var connection = connect(target);
    try {
      return read(connection);
    } catch (IOException e) {
      throw new Failure(
              "cannot ask "
                  + OneLine.of(server)
                  + ": "
                  + OneLine.of(String.valueOf(e.getMessage())))
          .withHint("kubectl -n countersign port-forward deploy/countersign 9090");
    } finally {
      connection.disconnect();
    }
  }

  private Optional<JsonObject> read(HttpURLConnection connection)
      throws Failure, FormatException, IOException {
    int status = connection.getResponseCode();
    return switch (status) {
      case 200 -> {
        try (var in = connection.getInputStream()) {
          yield Optional.of(JsonValue.parseObject(Bytes.copyOf(in.readNBytes(MAX_BYTES))));
        }
      }
      case 404 -> Optional.empty();
      case 401 ->
          throw new Failure(server + " shows decisions to callers on its machine, or with a token")
              .withHint("--admin-token-file FILE, or kubectl port-forward");
      default ->
          throw new Failure("expected an admin port at " + server + ", got status " + status);
    };
  }

  private HttpURLConnection connect(String target) throws Failure, IOException {
    try {
      var connection = (HttpURLConnection) new URI(server + target).toURL().openConnection();
      connection.setInstanceFollowRedirects(false);
      connection.setConnectTimeout(PATIENCE_MILLIS);
      connection.setReadTimeout(PATIENCE_MILLIS);
      token.ifPresent(text -> connection.setRequestProperty("Authorization", "Bearer " + text));
      return connection;
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new Failure("expected --server http://HOST:PORT, got " + OneLine.of(server));
    }
  }
}
