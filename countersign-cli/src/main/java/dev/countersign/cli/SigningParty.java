package dev.countersign.cli;

import dev.countersign.format.Blob;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.format.OneLine;
import dev.countersign.key.PrivateKey;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.WebServices;
import dev.countersign.sign.BlobSigner;
import dev.countersign.sigstore.Fulcio;
import dev.countersign.sigstore.Log;
import dev.countersign.sigstore.Rekor;
import dev.countersign.sigstore.SigningConfig;
import dev.countersign.sigstore.SigningServices;
import dev.countersign.sigstore.SigningServices.Recipe;
import dev.countersign.sigstore.SigningServices.Signed;
import dev.countersign.sigstore.SigningServices.Signer;
import dev.countersign.sigstore.TiledRekor;
import dev.countersign.sigstore.TimestampAuthority;
import dev.countersign.trust.TrustedRoot;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Who signs, and who vouches for the signature: a key and nobody, unless the flags name services;
/// or an identity, to which a certificate authority and a log belong.
final class SigningParty implements AutoCloseable {
  private static final Flag SIGNING_CONFIG =
      Flag.text("signing-config", "signing_config.json: the services that vouch for signatures");
  private static final Flag USE_SIGNING_CONFIG =
      Flag.off("use-signing-config", "take the services from the TUF repository's signing config");
  private static final Flag TLOG_UPLOAD =
      Flag.off("tlog-upload", "have a transparency log record the signature");
  private static final Flag FULCIO_URL =
      Flag.text("fulcio-url", "certificate authority to ask, instead of a signing config");
  private static final Flag REKOR_URL =
      Flag.text("rekor-url", "transparency log to ask, instead of a signing config");
  private static final Flag TIMESTAMP_URL =
      Flag.text("timestamp-server-url", "timestamp authority to ask, instead of a signing config");

  private static final Flag TRUSTED_ROOT =
      Flag.text("trusted-root", "trusted_root.json to verify the signature with, once it is made");

  static final List<Flag> FLAGS =
      Stream.concat(
              Stream.of(
                  SIGNING_CONFIG,
                  USE_SIGNING_CONFIG,
                  TLOG_UPLOAD,
                  FULCIO_URL,
                  REKOR_URL,
                  TIMESTAMP_URL,
                  TRUSTED_ROOT),
              IdentityTokens.FLAGS.stream())
          .toList();

  private static final String FULCIO = "https://fulcio.sigstore.dev";
  private static final String REKOR = "https://rekor.sigstore.dev";

  private final Arguments arguments;
  private final World world;
  private final Deadline deadline;
  private final WebServices web;
  private final Signer signer;
  private final SigningServices services;
  private final Optional<SignedCheck> check;

  private SigningParty(
      Arguments arguments, World world, RegistryAccess access, Deadline deadline, WebServices web)
      throws Failure, IOException {
    this.arguments = arguments;
    this.world = world;
    this.deadline = deadline;
    this.web = web;
    var tuf = new TufRepository(world, access, deadline);
    var key = arguments.find(Sign.KEY);
    if (key.isPresent() && arguments.typed(IdentityTokens.TOKEN).isPresent()) {
      throw new Failure("expected --key or --identity-token, got both");
    }
    var config = config(tuf);
    check = check(tuf, config.isPresent()).map(SignedCheck::new);
    services = config.isPresent() ? ofConfig(config.get()) : ofFlags(key.isPresent());
    if (check.isEmpty() && !(key.isPresent() && services.isNone())) {
      world.warn(
          "What the services answer is compared with what was asked, and not verified"
              + " (--trusted-root verifies it).");
    }
    if (key.isPresent()) {
      signer = new Signer.Known(new Keys(world, access).readPrivate(key.get(), deadline));
    } else {
      requireTime(services);
      var authority = new Fulcio(web, authority(config));
      signer =
          new Signer.Identified(
              authority, new IdentityTokens(arguments, world, web).find(deadline));
    }
  }

  /// Reads the key or finds the identity; the caller closes it.
  static SigningParty read(
      Arguments arguments, World world, RegistryAccess access, Deadline deadline)
      throws Failure, IOException {
    var web = new WebServices(access.services());
    try {
      return new SigningParty(arguments, world, access, deadline, web);
    } catch (Failure | IOException | RuntimeException e) {
      web.close();
      throw e;
    }
  }

  /// A signature with all that was asked for; nothing is stored.
  Signed sign(Recipe recipe) throws Failure, IOException {
    try {
      var signed = services.sign(signer, recipe, deadline);
      if (check.isPresent() && !isLone()) {
        check.get().require(signed);
      }
      return signed;
    } catch (FormatException e) {
      throw new Failure("cannot sign: " + e.problem());
    }
  }

  /// Reads a file once, as far as it is needed to sign it.
  Blob read(BlobSource source) throws IOException {
    return switch (signer) {
      case Signer.Known(var key) ->
          source.read(new BlobSigner(key).hashes(), key.publicKey().schemes());
      case Signer.Identified _ -> source.read(Set.of(HashAlgorithm.SHA256), List.of());
    };
  }

  /// @throws Failure if the key signs the whole of a file, and the file was too long to keep
  void requireEnough(Blob blob, String name) throws Failure {
    if (signer instanceof Signer.Known(var key)
        && key.publicKey().scheme().hash().isEmpty()
        && blob.content().isEmpty()) {
      throw new Failure(
              "cannot sign %s: an Ed25519 key signs the whole of a file, expected at most %d MiB,"
                      .formatted(OneLine.of(name), BlobSource.MOST_MEBIBYTES)
                  + " got more")
          .withHint("ECDSA and RSA keys sign files of any size");
    }
  }

  /// @throws Failure if the annotations of a signature in tag form have no room for what the
  ///   services say: one log, which promises to include the entry, and one timestamp authority
  void requireTagForm() throws Failure {
    var logs = services.logs();
    if (logs.size() > 1
        || services.timestampAuthorities().size() > 1
        || logs.stream().anyMatch(TiledRekor.class::isInstance)) {
      throw new Failure(
              "expected at most one log, of version 1, and one timestamp authority with"
                  + " --new-bundle-format=false, got others")
          .withHint("bundle form holds what all services say");
    }
  }

  /// The key, where nobody else is to vouch for what it signs, as older forms have it.
  PrivateKey loneKey() throws Failure {
    if (signer instanceof Signer.Known(var key) && services.isNone()) {
      return key;
    }
    throw new Failure(
        "expected bundle form with certificates, logs and timestamps, got"
            + " --new-bundle-format=false");
  }

  /// Whether nobody but the key itself vouches for a signature.
  boolean isLone() {
    return signer instanceof Signer.Known && services.isNone();
  }

  /// That of `--signing-config`, else the repository's where it is asked for: by a flag, or as an
  /// identity for which no flag names a service.
  private Optional<SigningConfig> config(TufRepository tuf) throws Failure, IOException {
    var url =
        Stream.of(FULCIO_URL, REKOR_URL, TIMESTAMP_URL, TLOG_UPLOAD)
            .filter(flag -> arguments.given(flag).isPresent())
            .findFirst();
    var name = arguments.find(SIGNING_CONFIG);
    if (name.isPresent()) {
      refuseBoth("signing-config", url);
      return Optional.of(read(name.get(), SigningConfig.MAX_BYTES, SigningConfig::parse));
    }
    if (arguments.isOn(USE_SIGNING_CONFIG)) {
      refuseBoth("use-signing-config", url);
    } else if (arguments.find(Sign.KEY).isPresent()
        || url.isPresent()
        || arguments.given(USE_SIGNING_CONFIG).isPresent()) {
      return Optional.empty();
    }
    var config = tuf.signingConfig();
    if (config.isEmpty()) {
      throw new Failure("expected --key, or --signing-config to sign as an identity, got neither")
          .withHint("countersign initialize fetches the public one, and whom to trust");
    }
    return config;
  }

  private static void refuseBoth(String name, Optional<Flag> other) throws Failure {
    if (other.isPresent()) {
      throw new Failure("expected --" + name + " or --" + other.get().name() + ", got both");
    }
  }

  /// Whom verifiers will trust; empty if nobody says.
  private Optional<TrustedRoot> check(TufRepository tuf, boolean hasConfig)
      throws Failure, IOException {
    var name = arguments.find(TRUSTED_ROOT);
    if (name.isPresent()) {
      return Optional.of(read(name.get(), TrustedRoot.MAX_BYTES, TrustedRoot::parse));
    }
    return hasConfig && arguments.find(SIGNING_CONFIG).isEmpty()
        ? tuf.trustedRoot()
        : Optional.empty();
  }

  private interface Parser<T> {
    T parse(Bytes json) throws FormatException;
  }

  private <T> T read(String name, int mostBytes, Parser<T> parser) throws Failure, IOException {
    var content = SmallFile.read(world, name, mostBytes);
    try {
      return parser.parse(content);
    } catch (FormatException e) {
      throw new Failure("cannot use " + OneLine.of(name) + ": " + e.problem());
    }
  }

  private SigningServices ofConfig(SigningConfig config) throws Failure {
    try {
      var now = Instant.now();
      var logs = new ArrayList<Log>();
      for (var log : config.logs().select(Set.of(1, 2), now)) {
        logs.add(log.version() == 1 ? new Rekor(web, log.url()) : new TiledRekor(web, log.url()));
      }
      var authorities = new ArrayList<TimestampAuthority>();
      for (var authority : config.timestampAuthorities().select(Set.of(1), now)) {
        authorities.add(new TimestampAuthority(web, authority.url()));
      }
      return new SigningServices(authorities, logs);
    } catch (FormatException e) {
      throw new Failure("cannot use the signing config: " + e.problem());
    }
  }

  private SigningServices ofFlags(boolean hasKey) {
    var rekor = arguments.find(REKOR_URL);
    var isLogged =
        arguments.given(TLOG_UPLOAD).isPresent()
            ? arguments.isOn(TLOG_UPLOAD)
            : !hasKey || rekor.isPresent();
    return new SigningServices(
        arguments.find(TIMESTAMP_URL).map(url -> new TimestampAuthority(web, url)).stream()
            .toList(),
        isLogged ? List.of(new Rekor(web, rekor.orElse(REKOR))) : List.of());
  }

  /// A certificate is good for minutes: without a time that others tell, nobody could verify the
  /// signature afterwards.
  private static void requireTime(SigningServices services) throws Failure {
    var tellsTime =
        !services.timestampAuthorities().isEmpty()
            || services.logs().stream().anyMatch(Rekor.class::isInstance);
    if (!tellsTime) {
      throw new Failure(
              "expected someone who tells the time of the signature, got no timestamp authority and"
                  + " no log that does")
          .withHint("name a timestamp authority in the signing config or --timestamp-server-url");
    }
  }

  private String authority(Optional<SigningConfig> config) throws Failure {
    if (config.isEmpty()) {
      return arguments.find(FULCIO_URL).orElse(FULCIO);
    }
    try {
      return config
          .get()
          .certificateAuthority(Set.of(1), Instant.now())
          .map(SigningConfig.Service::url)
          .orElseThrow(() ->
              new Failure("expected a certificate authority in the signing config, got none"));
    } catch (FormatException e) {
      throw new Failure("cannot use the signing config: " + e.problem());
    }
  }

  @Override
  public void close() {
    web.close();
  }
}
