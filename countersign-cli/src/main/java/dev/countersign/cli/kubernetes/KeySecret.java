package dev.countersign.cli.kubernetes;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue.JsonBoolean;
import dev.countersign.registry.Deadline;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;

/// A key pair in a Secret, as [cosign keeps
/// it](https://docs.sigstore.dev/cosign/key_management/overview/): the encrypted key, its password
/// beside it, and the public key. What it holds is never printed.
public final class KeySecret {
  /// How a reference to one begins.
  public static final String SCHEME = "k8s://";

  private static final String PRIVATE = "cosign.key";
  private static final String PASSWORD = "cosign.password";
  private static final String PUBLIC = "cosign.pub";

  private static final Pattern REFERENCE =
      Pattern.compile(
          "(?<namespace>[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)"
              + "/(?<name>(?=.{1,253}$)[a-z0-9]([-a-z0-9.]*[a-z0-9])?)");

  private final Name name;
  private final JsonObject object;

  private KeySecret(Name name, JsonObject object) {
    this.name = name;
    this.object = object;
  }

  /// Where a Secret is.
  public record Name(String namespace, String name) {
    /// Reads `k8s://namespace/name`.
    ///
    /// @throws FormatException for anything else
    public static Name parse(String reference) throws FormatException {
      var parts =
          REFERENCE.matcher(
              reference.startsWith(SCHEME) ? reference.substring(SCHEME.length()) : "");
      if (!parts.matches()) {
        throw new FormatException(
            "kubernetes specification should be in the format k8s://<namespace>/<secret>, got "
                + OneLine.of(reference));
      }
      return new Name(parts.group("namespace"), parts.group("name"));
    }

    private String collection() {
      return "/api/v1/namespaces/" + namespace + "/secrets";
    }

    private String path() {
      return collection() + '/' + name;
    }

    @Override
    public String toString() {
      return SCHEME + namespace + '/' + name;
    }
  }

  /// The parts of a new key pair.
  public record Parts(Bytes privateKey, Bytes password, Bytes publicKey) {
    @Override
    public String toString() {
      return "a key pair";
    }
  }

  /// The Secret of this name; empty if there is none.
  public static Optional<KeySecret> find(KubernetesApi api, Name name, Deadline deadline)
      throws IOException {
    return api.find(name.path(), deadline).map(object -> new KeySecret(name, object));
  }

  /// Makes a Secret of this name.
  public static void create(KubernetesApi api, Name name, Parts parts, Deadline deadline)
      throws IOException, FormatException {
    var metadata = JsonObject.empty().with("name", name.name()).with("namespace", name.namespace());
    var empty =
        JsonObject.empty()
            .with("apiVersion", "v1")
            .with("kind", "Secret")
            .with("metadata", metadata);
    api.create(name.collection(), with(empty, parts, isImmutable(api, deadline)), deadline);
  }

  /// Puts a new key pair into this Secret, and leaves all else in it as it is.
  public void replace(KubernetesApi api, Parts parts, Deadline deadline)
      throws IOException, FormatException {
    api.replace(name.path(), with(object, parts, isImmutable(api, deadline)), deadline);
  }

  /// Whether it has a private key already.
  public boolean holdsKey() throws FormatException {
    return object.findObject("data").flatMap(data -> data.find(PRIVATE)).isPresent();
  }

  /// The encrypted private key.
  ///
  /// @throws FormatException if there is none
  public Bytes privateKey() throws FormatException {
    return part(PRIVATE).orElseThrow(() -> missing(PRIVATE));
  }

  /// The password of the private key; no bytes if there is none.
  public Bytes password() throws FormatException {
    return part(PASSWORD).orElse(Bytes.utf8(""));
  }

  /// The public key.
  ///
  /// @throws FormatException if there is none
  public Bytes publicKey() throws FormatException {
    return part(PUBLIC).orElseThrow(() -> missing(PUBLIC));
  }

  private FormatException missing(String part) {
    return new FormatException("expected " + part + " in the Secret " + name + ", got none");
  }

  private Optional<Bytes> part(String part) throws FormatException {
    var data = object.findObject("data");
    var text = data.isEmpty() ? Optional.<String>empty() : data.get().findString(part);
    return text.isEmpty() ? Optional.empty() : Optional.of(Base64Text.decode(text.get()));
  }

  private static JsonObject with(JsonObject secret, Parts parts, JsonBoolean immutable)
      throws FormatException {
    var data =
        secret
            .findObject("data")
            .orElse(JsonObject.empty())
            .with(PRIVATE, Base64Text.encode(parts.privateKey()))
            .with(PUBLIC, Base64Text.encode(parts.publicKey()))
            .with(PASSWORD, Base64Text.encode(parts.password()));
    var changed = secret.with("data", data);
    return immutable.value() ? changed.with("immutable", immutable) : changed;
  }

  /// As cosign: from Kubernetes 1.21 on, where every server knows the field.
  private static JsonBoolean isImmutable(KubernetesApi api, Deadline deadline)
      throws IOException, FormatException {
    var version = api.find("/version", deadline).orElse(JsonObject.empty());
    var major = number(version.findString("major").orElse(""));
    var minor = number(version.findString("minor").orElse(""));
    return new JsonBoolean(major > 1 || (major == 1 && minor >= 21));
  }

  /// The number that a text such as `28+` begins with.
  private static int number(String text) {
    var digits = text.replaceFirst("[^0-9].*", "");
    return digits.isEmpty() || digits.length() > 4 ? 0 : Integer.parseInt(digits);
  }

  @Override
  public String toString() {
    return name.toString();
  }
}
