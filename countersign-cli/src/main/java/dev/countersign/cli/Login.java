package dev.countersign.cli;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Stores the credentials of a registry in docker's configuration.
final class Login implements Command {
  private static final String DOCKER_HUB = "https://index.docker.io/v1/";
  private static final int MAX_BYTES = 1 << 20;
  private static final Flag USER = Flag.text("username", "user name").shortened("u");
  private static final Flag PASSWORD =
      Flag.text("password", "password or token; others on this machine may see it").shortened("p");
  private static final Flag PASSWORD_STDIN =
      Flag.off("password-stdin", "read the password from standard input");

  @Override
  public Usage usage() {
    return new Usage(
        "login",
        "Stores the credentials of a registry in docker's config.json.",
        "[REGISTRY]",
        0,
        1,
        List.of(USER, PASSWORD, PASSWORD_STDIN),
        "echo \"$TOKEN\" | countersign login registry.example -u ci --password-stdin");
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, IOException {
    var user = arguments.require(USER);
    var password = password(arguments, world);
    if (user.indexOf(':') >= 0) {
      throw new Failure("expected a user name without a colon, got one with");
    }
    var server = server(arguments);
    var file = configuration(world);
    var auth = Base64Text.encode(Bytes.utf8(user + ':' + password));
    var json = withEntry(read(file), server, auth, file);
    Files.createDirectories(file.toAbsolutePath().getParent());
    WholeFile.write(target(file), pretty(json), WholeFile.Readers.OWNER);
    world.stderr().println("logged in via " + file);
    return ExitCode.DONE;
  }

  private static String password(Arguments arguments, World world) throws Failure, IOException {
    var typed = arguments.find(PASSWORD);
    if (!arguments.isOn(PASSWORD_STDIN)) {
      if (typed.isPresent()) {
        return typed.get();
      }
      throw new Failure("expected --password or --password-stdin, got neither");
    }
    if (typed.isPresent()) {
      throw new Failure("expected --password or --password-stdin, got both");
    }
    var bytes = world.stdin().readNBytes(MAX_BYTES);
    var password = new String(bytes, StandardCharsets.UTF_8).replaceFirst("\r?\n\\z", "");
    if (password.isEmpty()) {
      throw new Failure("expected a password on standard input, got none");
    }
    return password;
  }

  private static String server(Arguments arguments) {
    var typed =
        arguments.operands().isEmpty() ? "index.docker.io" : arguments.operands().getFirst();
    return switch (typed) {
      case "docker.io", "index.docker.io", "registry-1.docker.io" -> DOCKER_HUB;
      default -> typed;
    };
  }

  private static Path configuration(World world) throws Failure {
    var folder = world.variable("DOCKER_CONFIG").filter(name -> !name.isEmpty());
    if (folder.isPresent()) {
      return world.file(folder.get()).resolve("config.json");
    }
    var home = world.variable("HOME").filter(name -> !name.isEmpty());
    return world
        .file(home.orElseThrow(() -> new Failure("expected HOME or DOCKER_CONFIG, got neither")))
        .resolve(".docker/config.json");
  }

  private static JsonObject read(Path file) throws Failure, IOException {
    if (!Files.exists(file)) {
      return JsonObject.empty();
    }
    try (var in = Files.newInputStream(file)) {
      var bytes = Bytes.copyOf(in.readNBytes(MAX_BYTES));
      return bytes.size() == 0 ? JsonObject.empty() : JsonValue.parseObject(bytes);
    } catch (FormatException e) {
      // Without what the parser says: it may show a piece of a password.
      throw new Failure(file + ": expected the JSON of a docker configuration, got other text");
    }
  }

  /// The same configuration with one entry more. Where a helper keeps the credentials they are not
  /// ours to write in plain text.
  private static JsonObject withEntry(JsonObject json, String server, String auth, Path file)
      throws Failure {
    try {
      var helpers = json.findObject("credHelpers").orElse(JsonObject.empty());
      if (!json.findString("credsStore").orElse("").isEmpty() || helpers.find(server).isPresent()) {
        throw new Failure(file + " keeps credentials of " + server + " in a helper")
            .withHint("log in with the helper's own command, such as docker login");
      }
      var entries = json.findObject("auths").orElse(JsonObject.empty());
      var entry = JsonObject.empty().with("auth", auth);
      return json.with("auths", entries.with(server, entry));
    } catch (FormatException e) {
      throw new Failure(file + ": expected the JSON of a docker configuration, got other text");
    }
  }

  /// The file that a link stands for, so that the link stays.
  private static Path target(Path file) throws IOException {
    return Files.exists(file) ? file.toRealPath() : file;
  }

  private static String pretty(JsonObject json) throws Failure {
    try {
      return json.toBytes().toUtf8() + '\n';
    } catch (FormatException e) {
      throw new Failure(e.problem());
    }
  }
}
