package dev.countersign.access;

import dev.countersign.format.Base64Text;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.oci.Repository;
import dev.countersign.registry.CredentialSource;
import dev.countersign.registry.Credentials;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The credentials in docker's `config.json` and podman's `auth.json`
/// ([containers-auth.json](https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md)).
///
/// The files are read anew each time somebody asks, which is only when a registry does: so a
/// rotated Secret takes effect. Files that are not there hold none.
public final class DockerConfig implements CredentialSource {
  private static final int MAX_BYTES = 1 << 20;

  private final List<Path> files;
  private final HelperProgram helper;

  private DockerConfig(List<Path> files, Environment environment) {
    this.files = List.copyOf(files);
    this.helper = new HelperProgram(environment);
  }

  /// Docker's file (in `DOCKER_CONFIG`, else in `~/.docker`), then podman's (`REGISTRY_AUTH_FILE`,
  /// else in `XDG_RUNTIME_DIR` and `~/.config`); the first that knows a repository answers.
  public static DockerConfig of(Environment environment) {
    var files = new ArrayList<Path>();
    environment
        .find("DOCKER_CONFIG")
        .map(Path::of)
        .or(() -> environment.home().map(home -> home.resolve(".docker")))
        .ifPresent(folder -> files.add(folder.resolve("config.json")));
    var named = environment.find("REGISTRY_AUTH_FILE");
    named.ifPresent(file -> files.add(Path.of(file)));
    if (named.isEmpty()) {
      environment
          .find("XDG_RUNTIME_DIR")
          .ifPresent(folder -> files.add(Path.of(folder, "containers", "auth.json")));
      environment.home().ifPresent(home -> files.add(home.resolve(".config/containers/auth.json")));
    }
    return new DockerConfig(files, environment);
  }

  /// One file, as a mounted `.dockerconfigjson`; helpers are looked for in `environment`'s `PATH`.
  public static DockerConfig of(Path file, Environment environment) {
    return new DockerConfig(List.of(file), environment);
  }

  /// @throws IOException if a file that is there cannot be read or is no such file, or a helper
  ///   fails
  @Override
  public Credentials find(Repository repository, Deadline deadline) throws IOException {
    for (var file : files) {
      if (Files.exists(file)) {
        var found = find(file, repository, deadline);
        if (found.isPresent()) {
          return found.get();
        }
      }
    }
    return new Credentials.Anonymous();
  }

  private Optional<Credentials> find(Path file, Repository repository, Deadline deadline)
      throws IOException {
    var json = parse(file);
    try {
      var program = helperFor(json, repository);
      if (program.isPresent()) {
        var found = helper.get(program.get(), RegistryKey.forHelper(repository), deadline);
        if (found.isPresent()) {
          return found;
        }
      }
      var entry = entry(json, repository);
      return entry.isEmpty() ? Optional.empty() : credentials(entry.get());
    } catch (FormatException e) {
      // Without what the parser says: it may show a piece of a password.
      throw new IOException(file + ": the entry for " + repository.registry() + " cannot be read");
    }
  }

  private static JsonObject parse(Path file) throws IOException {
    try {
      return JsonValue.parseObject(TextFile.read(file, MAX_BYTES));
    } catch (FormatException e) {
      throw new IOException(file + ": expected the JSON of a docker configuration, got other text");
    }
  }

  private static Optional<String> helperFor(JsonObject json, Repository repository)
      throws FormatException {
    var helpers = json.findObject("credHelpers").orElse(JsonObject.empty());
    var names = RegistryKey.candidates(repository);
    for (var member : helpers.members().entrySet()) {
      if (RegistryKey.of(member.getKey()).equals(names.getLast())) {
        return Optional.of(member.getValue().asString("a helper"));
      }
    }
    return json.findString("credsStore").filter(name -> !name.isEmpty());
  }

  /// The entry of the longest matching path; of two spellings of it the first.
  private static Optional<JsonObject> entry(JsonObject json, Repository repository)
      throws FormatException {
    var entries = json.findObject("auths").orElse(JsonObject.empty());
    for (var name : RegistryKey.candidates(repository)) {
      for (var member : entries.members().entrySet()) {
        if (RegistryKey.of(member.getKey()).equals(name)) {
          return Optional.of(member.getValue().asObject("an entry"));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Credentials> credentials(JsonObject entry) throws FormatException {
    var registryToken = text(entry, "registrytoken");
    if (!registryToken.isEmpty()) {
      return Optional.of(new Credentials.RegistryToken(Secret.of(registryToken)));
    }
    var identityToken = text(entry, "identitytoken");
    if (!identityToken.isEmpty()) {
      return Optional.of(new Credentials.IdentityToken(Secret.of(identityToken)));
    }
    var auth = text(entry, "auth");
    var user = text(entry, "username");
    var password = text(entry, "password");
    if (!auth.isEmpty()) {
      var pair = Base64Text.decode(auth.strip()).toUtf8();
      int colon = pair.indexOf(':');
      if (colon < 0) {
        throw new FormatException("expected user:password, got no colon");
      }
      user = pair.substring(0, colon);
      password = withoutNuls(pair.substring(colon + 1));
    }
    return user.isEmpty() && password.isEmpty()
        ? Optional.empty()
        : Optional.of(new Credentials.Basic(user, Secret.of(password)));
  }

  private static String text(JsonObject entry, String name) throws FormatException {
    return entry.findString(name).orElse("");
  }

  /// Docker pads some passwords with these.
  private static String withoutNuls(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == 0) {
      end--;
    }
    return text.substring(0, end);
  }
}
