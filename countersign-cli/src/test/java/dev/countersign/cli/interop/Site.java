package dev.countersign.cli.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.oci.Digest;
import dev.countersign.testkit.TestImage;
import dev.countersign.testkit.TestIndex;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;

/// A registry that runs, reached past all commands under test.
///
/// @param uri its address, ending in a slash
/// @param trust believes the registry's certificate
public record Site(URI uri, SSLContext trust) {
  private static final String ACCEPTED =
      "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json";

  /// Address and port, as references begin.
  public String host() {
    return uri.getAuthority();
  }

  /// Pushes an image.
  ///
  /// @return the reference by digest
  public String push(TestImage image, String repository, String tag) throws IOException {
    pushBlob(repository, image.layer());
    pushBlob(repository, image.config());
    pushManifest(repository, image.digest(), image.mediaType(), image.manifest());
    pushManifest(repository, tag, image.mediaType(), image.manifest());
    return host() + "/" + repository + "@" + image.digest();
  }

  /// Pushes an index and its images.
  ///
  /// @return the reference by digest
  public String push(TestIndex index, String repository, String tag) throws IOException {
    for (var image : index.images()) {
      push(image, repository, image.architecture());
    }
    pushManifest(repository, tag, index.mediaType(), index.manifest());
    return host() + "/" + repository + "@" + index.digest();
  }

  /// A manifest as it is stored.
  public String manifest(String repository, String reference) throws IOException {
    return get(repository + "/manifests/" + reference).body();
  }

  /// Whether a tag or digest is there.
  boolean has(String repository, String reference) throws IOException {
    return get(repository + "/manifests/" + reference).status() == 200;
  }

  String blob(String repository, String digest) throws IOException {
    return get(repository + "/blobs/" + digest).body();
  }

  /// The layers of the manifest where signatures in tag form lie.
  public List<JsonObject> signatures(String repository, String digest)
      throws IOException, FormatException {
    return layers(manifest(repository, signatureTag(digest)));
  }

  /// Puts a manifest of signatures beside an image.
  public void pushSignatures(String repository, String digest, String manifest) throws IOException {
    var type = "application/vnd.oci.image.manifest.v1+json";
    pushManifest(repository, signatureTag(digest), type, manifest.getBytes(UTF_8));
  }

  /// What the first signature in tag form signs, byte for byte.
  String payload(String repository, String digest) throws IOException, FormatException {
    return blob(repository, signatures(repository, digest).getFirst().getString("digest"));
  }

  public static String signatureTag(String digest) {
    return digest.replace(':', '-') + ".sig";
  }

  static String configDigest(String manifest) throws FormatException {
    return JsonValue.parseObject(Bytes.utf8(manifest)).getObject("config").getString("digest");
  }

  private static List<JsonObject> layers(String manifest) throws FormatException {
    return JsonValue.parseObject(Bytes.utf8(manifest)).getArray("layers").stream()
        .map(JsonObject.class::cast)
        .toList();
  }

  private Answer get(String path) throws IOException {
    var connection = connect(at("/v2/" + path));
    connection.setRequestProperty("Accept", ACCEPTED);
    return answer(connection);
  }

  /// Puts a blob into a repository.
  public void pushBlob(String repository, byte[] content) throws IOException {
    var begun = connect(at("/v2/" + repository + "/blobs/uploads/"));
    begun.setRequestMethod("POST");
    assertEquals(202, answer(begun).status());
    var location = at(begun.getHeaderField("Location")).toString();
    var digest = "digest=" + Digest.of(Bytes.copyOf(content));
    var target = URI.create(location + (location.contains("?") ? "&" : "?") + digest);
    put(target, "application/octet-stream", content);
  }

  private void pushManifest(String repository, String reference, String type, byte[] content)
      throws IOException {
    put(at("/v2/" + repository + "/manifests/" + reference), type, content);
  }

  private void put(URI target, String type, byte[] content) throws IOException {
    var connection = connect(target);
    connection.setRequestMethod("PUT");
    connection.setRequestProperty("Content-Type", type);
    connection.setDoOutput(true);
    try (var body = connection.getOutputStream()) {
      body.write(content);
    }
    assertEquals(201, answer(connection).status());
  }

  private record Answer(int status, String body) {}

  private static Answer answer(HttpURLConnection connection) throws IOException {
    var status = connection.getResponseCode();
    if (status >= 400) {
      return new Answer(status, "");
    }
    try (var body = connection.getInputStream()) {
      return new Answer(status, new String(body.readAllBytes(), UTF_8));
    }
  }

  private HttpURLConnection connect(URI target) throws IOException {
    var connection = (HttpURLConnection) target.toURL().openConnection();
    if (connection instanceof HttpsURLConnection secured) {
      secured.setSSLSocketFactory(trust.getSocketFactory());
    }
    return connection;
  }

  private URI at(String location) {
    return uri.resolve(location);
  }
}
