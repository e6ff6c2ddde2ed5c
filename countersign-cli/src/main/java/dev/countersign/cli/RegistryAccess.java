package dev.countersign.cli;

import dev.countersign.access.Certificates;
import dev.countersign.access.DockerConfig;
import dev.countersign.access.Environment;
import dev.countersign.attachment.Place;
import dev.countersign.format.FormatException;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.Repository;
import dev.countersign.registry.Connections;
import dev.countersign.registry.CredentialSource;
import dev.countersign.registry.Credentials;
import dev.countersign.registry.PlainHttp;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.registry.RemoteRegistry;
import dev.countersign.registry.Secret;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/// How a command reaches registries, by its flags and environment.
final class RegistryAccess {
  static final Flag ALLOW_HTTP =
      Flag.off("allow-http-registry", "speak plain HTTP to a registry whose port speaks no TLS");
  static final Flag ALLOW_INSECURE =
      Flag.off("allow-insecure-registry", "accept any TLS certificate of a registry");
  static final Flag CA =
      Flag.text("registry-cacert", "PEM file with the only authorities to believe for registries");
  static final Flag CLIENT_CERTIFICATE =
      Flag.text("registry-client-cert", "PEM file with the certificate to show to registries");
  static final Flag CLIENT_KEY =
      Flag.text("registry-client-key", "PEM file with the private key of that certificate");
  private static final Flag USER = Flag.text("registry-username", "user name for the registry");
  private static final Flag PASSWORD = Flag.text("registry-password", "password for the registry");
  private static final Flag TOKEN = Flag.text("registry-token", "bearer token for the registry");

  static final List<Flag> FLAGS =
      List.of(
          ALLOW_HTTP,
          ALLOW_INSECURE,
          CA,
          CLIENT_CERTIFICATE,
          CLIENT_KEY,
          USER,
          PASSWORD,
          TOKEN,
          Flag.refusedText(
              "registry-server-name", "certificates are compared with the registry's own name"),
          Flag.refusedSwitch(
              "k8s-keychain", "credentials come from docker's configuration and its helpers"),
          Flag.text("registry-referrers-mode", "")
              .standing(
                  new Flag.Standing.HarmlessAs(
                      "legacy", "signatures in tag form lie at sha256-….sig")),
          Flag.refusedText("attachment-tag-prefix", "signatures lie at sha256-….sig"),
          Flag.harmlessSwitch("experimental-oci11"));

  private static final String STRANGERS =
      "strangers choose the registries that a service asks; use --registry-secret-host";

  /// Those of a service, whose images strangers name.
  static final List<Flag> SERVICE_FLAGS =
      List.of(
          Flag.off("allow-http-registry", "ask registries on loopback, over plain HTTP"),
          CA,
          CLIENT_CERTIFICATE,
          CLIENT_KEY,
          Flag.refusedSwitch("allow-insecure-registry", "a service checks every certificate"),
          Flag.refusedText("registry-username", STRANGERS),
          Flag.refusedText("registry-password", STRANGERS),
          Flag.refusedText("registry-token", STRANGERS));

  private final Arguments arguments;
  private final World world;
  private final Environment environment;

  RegistryAccess(Arguments arguments, World world) {
    this.arguments = arguments;
    this.world = world;
    this.environment = new Environment(world.environment());
  }

  /// A client for the registries of `images` and of their signatures, which the caller closes.
  RemoteRegistry open(Collection<? extends ImageReference> images) throws Failure {
    return new RemoteRegistry(options(images));
  }

  /// How the registries of `images` and of their signatures are reached.
  RegistryOptions options(Collection<? extends ImageReference> images) throws Failure {
    var credentials = credentials(images);
    if (arguments.isOn(ALLOW_INSECURE)) {
      world.warn("certificates of registries are not checked (--allow-insecure-registry)");
    }
    return RegistryOptions.DEFAULT.withConnections(connections()).withCredentials(credentials);
  }

  Connections connections() throws Failure {
    try {
      return Connections.DEFAULT
          .withTls(certificates())
          .withProxies(environment.proxies())
          .withPlainHttp(
              arguments.isOn(ALLOW_HTTP) ? PlainHttp.INSECURE_ALLOWED : PlainHttp.LOOPBACK_ONLY);
    } catch (FormatException e) {
      throw new Failure(e.problem());
    }
  }

  /// How what is no registry, or what has files of its own for TLS, is reached: the flags of
  /// registries are not for it.
  Connections services() throws Failure {
    try {
      return Connections.DEFAULT
          .withTls(Certificates.system(environment))
          .withProxies(environment.proxies());
    } catch (FormatException e) {
      throw new Failure(e.problem());
    }
  }

  /// Where signatures lie.
  Place place() throws Failure {
    var elsewhere = environment.find("COSIGN_REPOSITORY");
    if (elsewhere.isEmpty()) {
      return new Place.BesideImage();
    }
    try {
      return new Place.Elsewhere(Repository.parse(elsewhere.get()));
    } catch (FormatException e) {
      throw new Failure("COSIGN_REPOSITORY: " + e.problem());
    }
  }

  private Certificates certificates() throws Failure {
    requireWholePair();
    var ca = arguments.find(CA);
    var certificates =
        arguments.isOn(ALLOW_INSECURE)
            ? Certificates.insecureAny()
            : ca.isEmpty()
                ? Certificates.system(environment)
                : Certificates.only(world.file(ca.get()));
    var certificate = arguments.find(CLIENT_CERTIFICATE);
    var key = arguments.find(CLIENT_KEY);
    return certificate.isEmpty() || key.isEmpty()
        ? certificates
        : certificates.withClient(world.file(certificate.get()), world.file(key.get()));
  }

  /// @throws Failure if a certificate is given without its key, or a key without its certificate
  void requireWholePair() throws Failure {
    if (arguments.find(CLIENT_CERTIFICATE).isPresent() != arguments.find(CLIENT_KEY).isPresent()) {
      throw new Failure("expected --registry-client-cert and --registry-client-key, got only one");
    }
  }

  /// What docker's and podman's files hold.
  CredentialSource storedCredentials() {
    return DockerConfig.of(environment);
  }

  private CredentialSource credentials(Collection<? extends ImageReference> images) throws Failure {
    var user = arguments.find(USER);
    var password = arguments.find(PASSWORD);
    var token = arguments.find(TOKEN);
    if (user.isPresent() != password.isPresent()) {
      throw new Failure("expected --registry-username and --registry-password, got only one");
    }
    if (token.isEmpty() && user.isEmpty()) {
      return storedCredentials();
    }
    if (token.isPresent() && user.isPresent()) {
      throw new Failure("expected --registry-token or --registry-username, got both");
    }
    requireOneRegistry(images);
    Credentials given =
        token.isPresent()
            ? new Credentials.RegistryToken(Secret.of(token.get()))
            : new Credentials.Basic(user.orElseThrow(), Secret.of(password.orElseThrow()));
    return (repository, deadline) -> given;
  }

  /// Credentials on the command line name no registry, so there must be only one to send them to.
  private void requireOneRegistry(Collection<? extends ImageReference> images) throws Failure {
    var place = place();
    var signatures =
        place instanceof Place.Elsewhere(Repository repository)
            ? Stream.of(repository.registry())
            : Stream.<String>empty();
    var registries =
        Stream.concat(images.stream().map(image -> image.repository().registry()), signatures)
            .distinct()
            .toList();
    if (registries.size() > 1) {
      throw new Failure(
          "credentials on the command line are for one registry, got "
              + String.join(", ", registries));
    }
  }
}
