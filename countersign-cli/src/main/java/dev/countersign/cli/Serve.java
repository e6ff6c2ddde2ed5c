package dev.countersign.cli;

import dev.countersign.access.KeyReference;
import dev.countersign.access.TextFile;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.key.PublicKey;
import dev.countersign.policy.Requirement;
import dev.countersign.provider.ClientCertificates;
import dev.countersign.provider.Denials;
import dev.countersign.provider.FileMounts;
import dev.countersign.provider.Policies;
import dev.countersign.provider.PolicyFile;
import dev.countersign.provider.PolicySource;
import dev.countersign.provider.RegistrySecret;
import dev.countersign.provider.RegistryTlsFiles;
import dev.countersign.provider.Server;
import dev.countersign.provider.ServerConfig;
import dev.countersign.provider.TlsFiles;
import dev.countersign.registry.AddressRule.Loopback;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.verify.Authority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Answers Gatekeeper until somebody stops it.
final class Serve implements Command {
  static final Flag LISTEN =
      Flag.text("listen", "address for Gatekeeper, HTTPS").initially("0.0.0.0:8090");
  static final Flag ADMIN_LISTEN =
      Flag.text("admin-listen", "address for health and metrics, plain HTTP")
          .initially("0.0.0.0:9090");
  static final Flag TLS_CERT = Flag.text("tls-cert", "PEM file with the server's certificates");
  static final Flag TLS_KEY = Flag.text("tls-key", "PEM file with the server's private key");
  private static final Flag CLIENT_CA =
      Flag.text(
          "client-ca", "PEM file with the authorities that clients must have a certificate of");
  private static final Flag CLIENT_NAMES =
      Flag.list(
          "client-name",
          "DNS names one of which clients' certificates must have, beside --client-ca");
  static final Flag KEY =
      Flag.text("key", "public key: a file, env://NAME or an https URL").initially("cosign.pub");
  private static final Flag ADMIN_TOKEN =
      Flag.text(
          "admin-token-file",
          "file with the token that opens /v1/decisions to callers from other machines");
  private static final Flag POLICY =
      Flag.text("policy", "file that says which images must show what; instead of --key");
  private static final Flag DEADLINE =
      Flag.time("deadline", "longest time for one answer").initially("0.85s");
  private static final Flag DRAIN =
      Flag.time(
              "drain", "how long to go on answering when stopped, while nobody should ask any more")
          .initially("5s");
  private static final Flag TERSE =
      Flag.off("terse-denials", "tell those who are denied nothing of who signs");
  private static final Flag LOG_FORMAT =
      Flag.text("log-format", "lines of the log on stderr: text or json").initially("text");
  private static final Flag SECRET_HOSTS =
      Flag.list("registry-secret-host", "registries that /etc/registry-secret is for");

  @Override
  public Usage usage() {
    var own =
        Stream.of(
                LISTEN,
                TLS_CERT,
                TLS_KEY,
                CLIENT_CA,
                CLIENT_NAMES,
                KEY,
                POLICY,
                ADMIN_LISTEN,
                ADMIN_TOKEN,
                DEADLINE,
                DRAIN,
                TERSE,
                LOG_FORMAT,
                SECRET_HOSTS)
            .map(Flag::ours);
    return new Usage(
        "serve",
        "Answers Gatekeeper: which images are signed. Serves until it is stopped.",
        "",
        0,
        0,
        Stream.of(own, RegistryAccess.SERVICE_FLAGS.stream()).flatMap(flags -> flags).toList(),
        "countersign serve --tls-cert tls.crt --tls-key tls.key --key cosign.pub");
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, FormatException, IOException {
    var drain = drain(arguments);
    ProcessLog.write(LogFormat.parse(arguments.text(LOG_FORMAT)));
    try (var server = start(arguments, world)) {
      world.stop().onStop(() -> stop(server, drain));
      server.awaitStop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted");
    }
    return ExitCode.DONE;
  }

  private static void stop(Server server, Duration drain) {
    try {
      server.drain(drain);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      server.close();
    }
  }

  /// A server that is ready, which the caller closes.
  static Server start(Arguments arguments, World world)
      throws Failure, FormatException, IOException {
    var tls = tls(arguments, world);
    var access = new RegistryAccess(arguments, world);
    var config =
        new ServerConfig(tls, policies(arguments, world, access))
            .withListen(
                address(arguments.require(LISTEN)), address(arguments.require(ADMIN_LISTEN)))
            .withDeadline(deadline(arguments))
            .withDenials(arguments.isOn(TERSE) ? Denials.TERSE : Denials.FULL)
            .withRegistryTls(registryTls(arguments, world, access));
    warnOfMounts(config, arguments, world);
    var loopback = arguments.isOn(RegistryAccess.ALLOW_HTTP) ? Loopback.ALLOWED : Loopback.REFUSED;
    return Server.start(withToken(config, arguments, world), options(arguments, access), loopback);
  }

  /// Names the files that cannot change while this process runs, so that it would never see a new
  /// key or certificate.
  private static void warnOfMounts(ServerConfig config, Arguments arguments, World world)
      throws Failure, FormatException, IOException {
    var files = new ArrayList<>(List.of(config.tls().certificate(), config.tls().key()));
    var trusted = arguments.given(POLICY).orElseGet(() -> arguments.text(KEY));
    if (!trusted.contains("://")) {
      files.add(world.file(trusted));
    }
    if (arguments.given(POLICY).isPresent()) {
      files.addAll(PolicyFile.named(world.file(trusted)));
    }
    if (config.tls().clients() instanceof ClientCertificates.RequiredFrom from) {
      files.add(from.ca());
    }
    config.adminToken().ifPresent(files::add);
    files.addAll(config.registryTls().all());
    files.add(RegistrySecret.FOLDER.resolve("username"));
    files.add(RegistrySecret.FOLDER.resolve("password"));
    for (var file : FileMounts.among(files, FileMounts.MOUNT_INFO)) {
      world.warn(
          file
              + " is mounted by itself (subPath): it never changes while this runs; mount its"
              + " folder");
    }
  }

  private static ServerConfig withToken(ServerConfig config, Arguments arguments, World world)
      throws Failure {
    return arguments.given(ADMIN_TOKEN).isEmpty()
        ? config
        : config.withAdminToken(world.file(arguments.require(ADMIN_TOKEN)));
  }

  /// A policy file, or one key, read again while the service runs. A key on the web is read once:
  /// no admission waits for a web server.
  private static PolicySource policies(Arguments arguments, World world, RegistryAccess access)
      throws Failure, IOException {
    var keys = new Keys(world, access);
    var deadline = Images.deadline(arguments);
    if (arguments.given(POLICY).isPresent()) {
      if (arguments.typed(KEY).isPresent()) {
        throw new Failure("expected --policy or --key, got both");
      }
      return PolicyCheck.source(arguments.require(POLICY), world);
    }
    var reference = arguments.require(KEY);
    if (Keys.isSecret(reference)) {
      throw new Failure("expected a mounted key, got " + OneLine.of(reference))
          .withHint("mount the Secret: the service asks nothing of Kubernetes, and sees a new key");
    }
    var first = Policies.of(requirement(reference, keys.readPublic(reference, deadline)));
    return reference.contains("://") ? () -> first : ofFile(reference, world.file(reference));
  }

  private static PolicySource ofFile(String name, Path file) {
    return () -> {
      var text = TextFile.read(file, KeyReference.MAX_BYTES).toUtf8();
      return Policies.of(requirement(name, PublicKey.parsePem(text)));
    };
  }

  private static Requirement requirement(String name, PublicKey key) {
    return Requirement.anyOf(new Authority.Key(name, key));
  }

  private static TlsFiles tls(Arguments arguments, World world) throws Failure {
    var files =
        new TlsFiles(
            world.file(arguments.require(TLS_CERT)), world.file(arguments.require(TLS_KEY)));
    var names = Set.copyOf(arguments.list(CLIENT_NAMES));
    if (arguments.given(CLIENT_CA).isEmpty()) {
      if (!names.isEmpty()) {
        throw new Failure("expected --client-ca beside --client-name, got none");
      }
      return files;
    }
    // Given and empty, by a variable that is not set, it must not open the door to all.
    var ca = world.file(arguments.require(CLIENT_CA));
    return files.withClients(new ClientCertificates.RequiredFrom(ca, names));
  }

  private static RegistryTlsFiles registryTls(
      Arguments arguments, World world, RegistryAccess access) throws Failure {
    access.requireWholePair();
    var ca = arguments.find(RegistryAccess.CA);
    var certificate = arguments.find(RegistryAccess.CLIENT_CERTIFICATE);
    var key = arguments.find(RegistryAccess.CLIENT_KEY);
    return new RegistryTlsFiles(
        ca.isEmpty() ? Optional.empty() : Optional.of(world.file(ca.get())),
        certificate.isEmpty() || key.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new RegistryTlsFiles.Pair(world.file(certificate.get()), world.file(key.get()))));
  }

  private static RegistryOptions options(Arguments arguments, RegistryAccess access)
      throws Failure, FormatException, IOException {
    var hosts = new HashSet<>(arguments.list(SECRET_HOSTS));
    return RegistryOptions.DEFAULT
        .withConnections(access.services())
        .withCredentials(
            RegistrySecret.over(access.storedCredentials(), RegistrySecret.FOLDER, hosts));
  }

  private static Duration drain(Arguments arguments) throws Failure {
    var text = arguments.text(DRAIN);
    return GoDuration.parse(text)
        .filter(time -> !time.isNegative() && time.compareTo(Duration.ofMinutes(1)) <= 0)
        .orElseThrow(() -> new Failure("expected --drain between 0 and 60s, got " + text));
  }

  private static Duration deadline(Arguments arguments) throws Failure {
    var time = GoDuration.parse(arguments.text(DEADLINE)).orElse(Duration.ZERO);
    if (!time.isPositive() || time.compareTo(Duration.ofSeconds(30)) > 0) {
      throw new Failure("expected --deadline between 0 and 30s, got " + arguments.text(DEADLINE));
    }
    return time;
  }

  /// `HOST:PORT`, `[::1]:PORT` or `:PORT`.
  private static InetSocketAddress address(String text) throws Failure, IOException {
    int colon = text.lastIndexOf(':');
    var host = colon < 0 ? "" : text.substring(0, colon);
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      return colon < 0 || port < 0 || port > 65_535
          ? badAddress(text)
          : new InetSocketAddress(InetAddress.getByName(host.isEmpty() ? "0.0.0.0" : host), port);
    } catch (NumberFormatException e) {
      return badAddress(text);
    }
  }

  private static InetSocketAddress badAddress(String text) throws Failure {
    throw new Failure("expected an address such as 0.0.0.0:8090, got " + OneLine.of(text));
  }
}
