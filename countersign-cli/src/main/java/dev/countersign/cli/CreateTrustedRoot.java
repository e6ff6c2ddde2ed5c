package dev.countersign.cli;

import dev.countersign.certificate.Certificate;
import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.format.OneLine;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.key.PublicKey;
import dev.countersign.sigstore.KeyDetails;
import dev.countersign.trust.TrustedRoot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Writes whose certificates, logs and timestamps count.
final class CreateTrustedRoot implements Command {
  private static final String CHAIN_SPEC =
      "url=…,certificate-chain=FILE[,start-time=…,end-time=…], as often as needed";
  private static final String KEY_SPEC =
      "url=…,public-key=FILE,start-time=…[,end-time=…,origin=…], as often as needed";
  private static final Flag FULCIO = Flag.list("fulcio", "certificate authority: " + CHAIN_SPEC);
  private static final Flag CTFE = Flag.list("ctfe", "log of certificates: " + KEY_SPEC);
  private static final Flag REKOR = Flag.list("rekor", "log of signatures: " + KEY_SPEC);
  private static final Flag TSA = Flag.list("tsa", "timestamp authority: " + CHAIN_SPEC);
  private static final Flag OUT = Flag.text("out", "file to write; else standard output");
  private static final Flag DEFAULTS =
      Flag.off("with-default-services", "begin with what the TUF repository says");

  private static final String MEDIA_TYPE =
      "application/vnd.dev.sigstore.trustedroot+json;version=0.1";
  private static final int MAX_BYTES = 1 << 20;
  private static final int RAW_KEY_BYTES = 32;
  private static final byte[] ED25519 = {'\n', 1};

  /// In the order in which the file has them.
  private enum Part {
    LOGS("tlogs", "rekor"),
    AUTHORITIES("certificateAuthorities", "fulcio"),
    CERTIFICATE_LOGS("ctlogs", "ctfe"),
    TIMESTAMPS("timestampAuthorities", "tsa");

    private final String member;
    private final String name;

    Part(String member, String name) {
      this.member = member;
      this.name = name;
    }

    private Flag flag() {
      return switch (this) {
        case LOGS -> REKOR;
        case AUTHORITIES -> FULCIO;
        case CERTIFICATE_LOGS -> CTFE;
        case TIMESTAMPS -> TSA;
      };
    }

    private Flag without() {
      return Flag.off("no-default-" + name, "without those of the TUF repository");
    }
  }

  @Override
  public Usage usage() {
    var flags = new ArrayList<Flag>();
    for (var part : Part.values()) {
      flags.add(part.flag());
      flags.add(part.without());
    }
    flags.addAll(List.of(OUT, DEFAULTS));
    return new Usage(
        "trusted-root create",
        "Writes a trusted_root.json: whose certificates, logs and timestamps count.",
        "",
        0,
        0,
        flags,
        """
        countersign trusted-root create --out trusted_root.json \\
          --fulcio url=https://fulcio.example,certificate-chain=fulcio.pem \\
          --rekor url=https://rekor.example,public-key=rekor.pub,start-time=2026-01-01T00:00:00Z
        """);
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, FormatException, IOException {
    var base = arguments.isOn(DEFAULTS) ? defaults(arguments, world) : JsonObject.empty();
    var json = JsonObject.empty().with("mediaType", MEDIA_TYPE);
    for (var part : Part.values()) {
      var items = new ArrayList<JsonValue>();
      if (!arguments.isOn(part.without())) {
        items.addAll(base.findArray(part.member));
      }
      for (var text : arguments.texts(part.flag())) {
        var spec = ServiceSpec.parse(part.flag(), text);
        items.add(
            switch (part) {
              case LOGS, CERTIFICATE_LOGS -> log(spec, world);
              case AUTHORITIES, TIMESTAMPS -> authority(part, spec, world);
            });
      }
      json = items.isEmpty() ? json : json.with(part.member, new JsonValue.JsonArray(items));
    }
    TrustedRoot.parse(json.toBytes());
    new Written(arguments, world, OUT).write(json.toBytes());
    return ExitCode.DONE;
  }

  private static JsonObject defaults(Arguments arguments, World world)
      throws Failure, FormatException, IOException {
    var deadline = Images.deadline(arguments);
    return JsonValue.parseObject(
        new TufRepository(world, new RegistryAccess(arguments, world), deadline)
            .require(TufRepository.TRUSTED_ROOT));
  }

  private static JsonObject log(ServiceSpec spec, World world)
      throws Failure, FormatException, IOException {
    var url = spec.require("url");
    var key = PublicKey.parsePem(read(spec.require("public-key"), world));
    return JsonObject.empty()
        .with("baseUrl", url)
        .with("hashAlgorithm", HashAlgorithm.SHA256.bundleName())
        .with(
            "publicKey",
            JsonObject.empty()
                .with("rawBytes", Base64Text.encode(key.spki()))
                .with("keyDetails", KeyDetails.of(key))
                .with("validFor", spec.validity(Optional.empty())))
        .with(
            "logId",
            JsonObject.empty().with("keyId", Base64Text.encode(id(key, spec.find("origin")))));
  }

  /// With an origin, what [signed notes](https://c2sp.org/signed-note) call an Ed25519 key; else
  /// the hash of the key.
  private static Bytes id(PublicKey key, Optional<String> origin) throws FormatException {
    if (origin.isEmpty() || !KeyDetails.of(key).equals("PKIX_ED25519")) {
      return HashAlgorithm.SHA256.of(key.spki());
    }
    var spki = key.spki().toArray();
    var text = new ByteArrayOutputStream();
    text.writeBytes(Bytes.utf8(origin.get()).toArray());
    text.writeBytes(ED25519);
    text.write(spki, spki.length - RAW_KEY_BYTES, RAW_KEY_BYTES);
    return HashAlgorithm.SHA256.of(Bytes.copyOf(text.toByteArray()));
  }

  private static JsonObject authority(Part part, ServiceSpec spec, World world)
      throws Failure, FormatException, IOException {
    var url = spec.require("url");
    var chain = Certificate.parsePem(read(spec.require("certificate-chain"), world));
    var root = chain.getLast();
    if (part == Part.TIMESTAMPS && chain.getFirst().isAuthority()) {
      throw new Failure(
          "expected the chain of --"
              + spec.flag()
              + " to begin with the authority's own"
              + " certificate, got a certificate authority's");
    }
    var start = part == Part.TIMESTAMPS ? chain.getFirst().notBefore() : root.notBefore();
    var certificates =
        chain.stream()
            .<JsonValue>map(
                one -> JsonObject.empty().with("rawBytes", Base64Text.encode(one.der())))
            .toList();
    return JsonObject.empty()
        .with("subject", subject(root))
        .with("uri", url)
        .with(
            "certChain",
            JsonObject.empty().with("certificates", new JsonValue.JsonArray(certificates)))
        .with("validFor", spec.validity(Optional.of(start)));
  }

  private static JsonObject subject(Certificate root) {
    var name = root.toString();
    var json = JsonObject.empty();
    var organization = part(name, Names.ORGANIZATION);
    json = organization.isEmpty() ? json : json.with("organization", organization.get());
    var common = part(name, Names.COMMON_NAME);
    return common.isEmpty() ? json : json.with("commonName", common.get());
  }

  private static Optional<String> part(String name, Pattern pattern) {
    var match = pattern.matcher(name);
    return match.find() ? Optional.of(match.group(1)) : Optional.empty();
  }

  /// Parts of a distinguished name.
  private static final class Names {
    private static final Pattern ORGANIZATION = Pattern.compile("(?:^|,)O=([^,]+)");
    private static final Pattern COMMON_NAME = Pattern.compile("(?:^|,)CN=([^,]+)");

    private Names() {}
  }

  private static String read(String name, World world) throws Failure, IOException {
    try {
      return SmallFile.read(world, name, MAX_BYTES).toUtf8();
    } catch (FormatException e) {
      throw new Failure("cannot use " + OneLine.of(name) + ": " + e.problem());
    }
  }
}
