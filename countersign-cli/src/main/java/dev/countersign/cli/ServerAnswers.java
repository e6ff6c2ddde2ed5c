package dev.countersign.cli;

import dev.countersign.access.Certificates;
import dev.countersign.access.Environment;
import dev.countersign.format.Bytes;
import dev.countersign.format.OneLine;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.json.JsonValue.JsonString;
import dev.countersign.registry.Deadline;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/// Asks a provider that serves, over HTTPS, as Gatekeeper does.
final class ServerAnswers implements ProviderAnswers.Provider {
  static final Flag SERVER =
      Flag.text("server", "https URL of a provider to ask about the images of manifests").ours();
  static final Flag CA =
      Flag.text("server-cacert", "PEM file with the only authorities to believe for it").ours();
  static final Flag NAME =
      Flag.text("server-name", "name in its certificate, where it is reached by another").ours();
  static final Flag CLIENT_CERTIFICATE =
      Flag.text("server-client-cert", "PEM file with the certificate to show to it").ours();
  static final Flag CLIENT_KEY =
      Flag.text("server-client-key", "PEM file with the private key of that certificate").ours();

  private static final int MAX_BYTES = 4 << 20;
  private static final int MOST_MILLIS = 30_000;

  private final URI address;
  private final SSLContext tls;
  private final Optional<String> name;

  private ServerAnswers(URI address, SSLContext tls, Optional<String> name) {
    this.address = address;
    this.tls = tls;
    this.name = name;
  }

  static ServerAnswers of(Arguments arguments, World world) throws Failure, IOException {
    return new ServerAnswers(
        address(arguments.require(SERVER)),
        certificates(arguments, world).load(),
        arguments.find(NAME));
  }

  private static URI address(String text) throws Failure {
    try {
      var address = new URI(text);
      if ("https".equals(address.getScheme())
          && address.getHost() != null
          && address.getRawQuery() == null
          && address.getRawUserInfo() == null
          && (address.getPath().isEmpty() || address.getPath().equals("/"))) {
        return address.resolve("/v1/verify");
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw new Failure("expected --server https://HOST:PORT, got " + OneLine.of(text));
  }

  private static Certificates certificates(Arguments arguments, World world) throws Failure {
    var ca = arguments.find(CA);
    var believed =
        ca.isEmpty()
            ? Certificates.system(new Environment(world.environment()))
            : Certificates.only(world.file(ca.get()));
    var certificate = arguments.find(CLIENT_CERTIFICATE);
    var key = arguments.find(CLIENT_KEY);
    if (certificate.isPresent() != key.isPresent()) {
      throw new Failure("expected --server-client-cert and --server-client-key, got only one");
    }
    return certificate.isEmpty() || key.isEmpty()
        ? believed
        : believed.withClient(world.file(certificate.get()), world.file(key.get()));
  }

  @Override
  public Bytes ask(List<String> keys, Deadline deadline) throws Failure, IOException {
    var connection = (HttpsURLConnection) address.toURL().openConnection();
    if (name.isPresent()) {
      connection.setSSLSocketFactory(new NamedServer(tls.getSocketFactory(), name.get()));
      // The handshake has compared the name that is meant; the address has another.
      connection.setHostnameVerifier((host, session) -> true);
    } else {
      connection.setSSLSocketFactory(tls.getSocketFactory());
    }
    int millis = Math.clamp(deadline.remaining().toMillis(), 1, MOST_MILLIS);
    connection.setConnectTimeout(millis);
    connection.setReadTimeout(millis);
    connection.setInstanceFollowRedirects(false);
    connection.setRequestMethod("POST");
    connection.setRequestProperty("Content-Type", "application/json");
    connection.setDoOutput(true);
    try (var body = connection.getOutputStream()) {
      body.write(request(keys).toArray());
    } catch (SSLException e) {
      throw new Failure(
              "cannot trust " + address + ": " + OneLine.of(String.valueOf(e.getMessage())))
          .withHint(
              "--server-cacert names the CA of its certificate, ca.crt of countersign certs;"
                  + " --server-name the name in it, where that is not the URL's");
    }
    return answer(connection);
  }

  private Bytes answer(HttpsURLConnection connection) throws Failure, IOException {
    int status = connection.getResponseCode();
    if (status != 200 && status != 503) {
      throw new Failure("expected a provider at " + address + ", got HTTP status " + status);
    }
    try (var in = status == 200 ? connection.getInputStream() : connection.getErrorStream()) {
      var content = in.readNBytes(MAX_BYTES + 1);
      if (content.length > MAX_BYTES) {
        throw new Failure("expected an answer of at most 4 MiB from " + address + ", got more");
      }
      return Bytes.copyOf(content);
    }
  }

  private static Bytes request(List<String> keys) {
    var asked = new JsonArray(keys.stream().<JsonValue>map(JsonString::new).toList());
    return JsonObject.empty()
        .with("apiVersion", "externaldata.gatekeeper.sh/v1beta1")
        .with("kind", "ProviderRequest")
        .with("request", JsonObject.empty().with("keys", asked))
        .toBytes();
  }
}
