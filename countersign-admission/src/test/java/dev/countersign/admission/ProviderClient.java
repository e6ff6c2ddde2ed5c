package dev.countersign.admission;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.json.JsonValue.JsonString;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Identity;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import javax.net.ssl.HttpsURLConnection;

/// Asks a running provider about one image.
///
/// @param ca that made its certificate
record ProviderClient(int port, FakeCa ca) {
  /// Why `key` is refused: the item's error, or the system error where there is no item.
  String refusal(String key) throws IOException, FormatException {
    var response = ask(key).getObject("response");
    var items = response.getArray("items");
    return items.isEmpty()
        ? response.getString("systemError")
        : items.getFirst().asObject("an item").getString("error");
  }

  JsonObject ask(String key) throws IOException, FormatException {
    var keys = new JsonArray(List.<JsonValue>of(new JsonString(key)));
    var body =
        JsonObject.empty()
            .with("apiVersion", "externaldata.gatekeeper.sh/v1beta1")
            .with("kind", "ProviderRequest")
            .with("request", JsonObject.empty().with("keys", keys));
    var url = URI.create("https://127.0.0.1:" + port + "/v1/verify").toURL();
    var connection = (HttpsURLConnection) url.openConnection();
    connection.setSSLSocketFactory(Identity.clientContext(ca).getSocketFactory());
    connection.setRequestMethod("POST");
    connection.setDoOutput(true);
    try (var out = connection.getOutputStream()) {
      out.write(body.toBytes().toArray());
    }
    try (var in = connection.getInputStream()) {
      return JsonValue.parseObject(Bytes.utf8(new String(in.readAllBytes(), UTF_8)));
    }
  }
}
