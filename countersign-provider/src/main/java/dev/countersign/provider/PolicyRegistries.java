package dev.countersign.provider;

import dev.countersign.access.Certificates;
import dev.countersign.access.TextFile;
import dev.countersign.access.TlsKeyPair;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonValue;
import dev.countersign.oci.Repository;
import dev.countersign.provider.Registries.Mirror;
import dev.countersign.provider.Registries.Prefix;
import dev.countersign.registry.PlainHttp;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads what a [PolicyFile] says of registries, and the files that it names there.
final class PolicyRegistries {
  private static final int MAX = 100;
  private static final int MAX_CONCURRENCY = 1_000;
  private static final int MAX_BYTES = 1 << 20;
  private static final Pattern HELPER = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

  private final Path folder;

  /// @param folder where paths start
  PolicyRegistries(Path folder) {
    this.folder = folder;
  }

  /// What `file` says.
  ///
  /// @throws IOException if a file that it names cannot be read
  Registries read(PolicyNode file) throws FormatException, IOException {
    return new Registries(registries(file), mirrors(file));
  }

  private Map<String, RegistrySettings> registries(PolicyNode file)
      throws FormatException, IOException {
    var byHost = new HashMap<String, RegistrySettings>();
    for (var node : nodes(file, "registries")) {
      node.refuseOthers(PolicyFile.fields("registries"));
      var host = node.parse("host", Prefix::parseHost);
      if (byHost.put(host, settings(node)) != null) {
        throw node.problem("a second registry " + host);
      }
    }
    return byHost;
  }

  private static List<PolicyNode> nodes(PolicyNode file, String name) throws FormatException {
    var nodes = file.has(name) ? file.nodes(name) : List.<PolicyNode>of();
    if (nodes.size() > MAX) {
      throw file.problem("expected at most " + MAX + " " + name + ", got " + nodes.size());
    }
    return nodes;
  }

  private RegistrySettings settings(PolicyNode node) throws FormatException, IOException {
    var certificates = Stream.of("ca", "clientCert", "clientKey").filter(node::has).findFirst();
    var plain = node.isTrue("http");
    if (plain && certificates.isPresent()) {
      throw node.problem("over http nobody shows a certificate; remove " + certificates.get());
    }
    return new RegistrySettings(
        new RegistryTls(authorities(node), client(node)),
        plain ? PlainHttp.INSECURE_ALLOWED : PlainHttp.LOOPBACK_ONLY,
        node.has("credentials")
            ? Optional.of(credentials(node.node("credentials")))
            : Optional.empty(),
        concurrency(node));
  }

  private Optional<List<X509Certificate>> authorities(PolicyNode node)
      throws FormatException, IOException {
    var file = node.find("ca", this::path);
    return file.isEmpty()
        ? Optional.empty()
        : Optional.of(at(node, () -> Certificates.authorities(file.get())));
  }

  private Optional<TlsKeyPair> client(PolicyNode node) throws FormatException, IOException {
    var certificate = node.find("clientCert", this::path);
    var key = node.find("clientKey", this::path);
    if (certificate.isPresent() != key.isPresent()) {
      throw node.problem("expected clientCert and clientKey, got only one");
    }
    return certificate.isEmpty() || key.isEmpty()
        ? Optional.empty()
        : Optional.of(at(node, () -> TlsKeyPair.read(certificate.get(), key.get())));
  }

  private static Optional<Integer> concurrency(PolicyNode node) throws FormatException {
    var number = node.findNumber("concurrency");
    if (number.isPresent() && (number.get() < 1 || number.get() > MAX_CONCURRENCY)) {
      throw node.problem("expected a concurrency of 1 to " + MAX_CONCURRENCY);
    }
    return number;
  }

  /// They are read once here, so that a wrong file is told at once; and again when they are used.
  private RegistryCredentials credentials(PolicyNode node) throws FormatException, IOException {
    var fields = PolicyFile.fields("credentials");
    node.refuseOthers(fields);
    if (fields.stream().filter(node::has).count() != 1) {
      throw node.problem("expected one of " + String.join(", ", fields));
    }
    var secret = node.find("folder", this::path);
    if (secret.isPresent()) {
      at(node, () -> RegistrySecret.read(secret.get()));
      return new RegistryCredentials.Folder(secret.get());
    }
    var config = node.find("dockerConfig", this::path);
    if (config.isPresent()) {
      at(node, () -> dockerConfig(config.get()));
      return new RegistryCredentials.DockerFile(config.get());
    }
    return new RegistryCredentials.Program(node.parse("helper", PolicyRegistries::helper));
  }

  /// Without what a parser says of a wrong one: it may show a piece of a password.
  private static JsonValue dockerConfig(Path file) throws FormatException, IOException {
    var text = TextFile.read(file, MAX_BYTES);
    try {
      return JsonValue.parseObject(text);
    } catch (FormatException e) {
      throw new FormatException(file + ": expected the JSON of a docker configuration");
    }
  }

  private static String helper(String text) throws FormatException {
    if (!HELPER.matcher(text).matches()) {
      throw new FormatException(
          "expected the part of docker-credential-… after the dash, of [A-Za-z0-9_.-]");
    }
    return text;
  }

  private static List<Mirror> mirrors(PolicyNode file) throws FormatException {
    var mirrors = new ArrayList<Mirror>();
    var sources = new HashSet<List<String>>();
    for (var node : nodes(file, "mirrors")) {
      node.refuseOthers(PolicyFile.fields("mirrors"));
      var source = node.parse("source", Prefix::parse);
      var mirror = node.parse("mirror", Prefix::parse);
      if (!source.path().isEmpty() && mirror.path().isEmpty()) {
        throw node.problem("expected the mirror of a part of a registry to have a path too");
      }
      if (!sources.add(List.of(Repository.reachedHost(source.registry()), source.path()))) {
        throw node.problem("a second mirror of one source");
      }
      mirrors.add(new Mirror(source, mirror));
    }
    return mirrors;
  }

  private Path path(String text) throws FormatException {
    if (text.indexOf('\0') >= 0) {
      throw new FormatException("expected the name of a file");
    }
    return folder.resolve(text);
  }

  private interface Reading<T> {
    T read() throws FormatException, IOException;
  }

  private static <T> T at(PolicyNode node, Reading<T> reading) throws FormatException, IOException {
    try {
      return reading.read();
    } catch (FormatException e) {
      throw node.problem(e.problem());
    } catch (IOException e) {
      throw new IOException(node.place() + ": " + e.getMessage(), e);
    }
  }
}
