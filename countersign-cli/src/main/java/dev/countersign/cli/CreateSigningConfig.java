package dev.countersign.cli;

import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.sigstore.SigningConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Writes which services a signer asks.
final class CreateSigningConfig implements Command {
  private static final String SPEC =
      "url=…,api-version=N,start-time=…,operator=…[,end-time=…], as often as needed";
  private static final Flag FULCIO = Flag.list("fulcio", "certificate authority: " + SPEC);
  private static final Flag OIDC = Flag.list("oidc-provider", "identity provider: " + SPEC);
  private static final Flag REKOR = Flag.list("rekor", "transparency log: " + SPEC);
  private static final Flag REKOR_CONFIG =
      Flag.text("rekor-config", "how many logs are asked: ANY, ALL or EXACT:N");
  private static final Flag TSA = Flag.list("tsa", "timestamp authority: " + SPEC);
  private static final Flag TSA_CONFIG =
      Flag.text("tsa-config", "how many of them are asked: ANY, ALL or EXACT:N");
  private static final Flag OUT = Flag.text("out", "file to write; else standard output");
  private static final Flag DEFAULTS =
      Flag.off("with-default-services", "begin with what the TUF repository says");

  private static final Pattern SELECTOR = Pattern.compile("(ANY|ALL|EXACT:([1-9][0-9]{0,8}))");

  private enum Part {
    CA("caUrls", "fulcio"),
    OIDC_PROVIDER("oidcUrls", "oidc"),
    LOG("rekorTlogUrls", "rekor"),
    TIMESTAMPS("tsaUrls", "tsa");

    private final String member;
    private final String name;

    Part(String member, String name) {
      this.member = member;
      this.name = name;
    }

    private Flag flag() {
      return switch (this) {
        case CA -> FULCIO;
        case OIDC_PROVIDER -> OIDC;
        case LOG -> REKOR;
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
    flags.addAll(
        List.of(
            REKOR_CONFIG,
            TSA_CONFIG,
            OUT,
            DEFAULTS,
            Flag.refusedSwitch(
                "with-default-rekor-v2", "only signing_config.v0.2.json is fetched")));
    return new Usage(
        "signing-config create",
        "Writes a signing_config.json: which services a signer asks.",
        "",
        0,
        0,
        flags,
        """
        countersign signing-config create --out signing_config.json \\
          --fulcio url=https://fulcio.example,api-version=1,start-time=2026-01-01T00:00:00Z,operator=acme \\
          --rekor url=https://rekor.example,api-version=2,start-time=2026-01-01T00:00:00Z,operator=acme \\
          --rekor-config ANY
        """);
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, FormatException, IOException {
    var base = arguments.isOn(DEFAULTS) ? defaults(arguments, world) : JsonObject.empty();
    var json = JsonObject.empty().with("mediaType", SigningConfig.MEDIA_TYPE);
    json = withServices(json, arguments, base, Part.CA);
    json = withServices(json, arguments, base, Part.OIDC_PROVIDER);
    json = withServices(json, arguments, base, Part.LOG);
    json = json.with("rekorTlogConfig", choice(arguments, base, Part.LOG, REKOR_CONFIG));
    json = withServices(json, arguments, base, Part.TIMESTAMPS);
    json = json.with("tsaConfig", choice(arguments, base, Part.TIMESTAMPS, TSA_CONFIG));
    SigningConfig.parse(json.toBytes());
    new Written(arguments, world, OUT).write(json.toBytes());
    return ExitCode.DONE;
  }

  private static JsonObject defaults(Arguments arguments, World world)
      throws Failure, FormatException, IOException {
    var deadline = Images.deadline(arguments);
    return JsonValue.parseObject(
        new TufRepository(world, new RegistryAccess(arguments, world), deadline)
            .require(TufRepository.SIGNING_CONFIG));
  }

  private static JsonObject withServices(
      JsonObject json, Arguments arguments, JsonObject base, Part part)
      throws Failure, FormatException {
    var services = new ArrayList<JsonValue>();
    if (!arguments.isOn(part.without())) {
      services.addAll(base.findArray(part.member));
    }
    for (var text : arguments.texts(part.flag())) {
      services.add(service(ServiceSpec.parse(part.flag(), text)));
    }
    return services.isEmpty() ? json : json.with(part.member, new JsonValue.JsonArray(services));
  }

  private static JsonObject service(ServiceSpec spec) throws Failure {
    var url = spec.require("url");
    var version = spec.require("api-version");
    if (!version.matches("[0-9]{1,9}")) {
      throw new Failure(
          "expected a number as api-version in --%s, got %s"
              .formatted(spec.flag(), OneLine.of(version)));
    }
    var json = JsonObject.empty().with("url", url);
    long number = Long.parseLong(version);
    return (number == 0 ? json : json.with("majorApiVersion", number))
        .with("validFor", spec.validity(Optional.empty()))
        .with("operator", spec.require("operator"));
  }

  private static JsonObject choice(Arguments arguments, JsonObject base, Part part, Flag flag)
      throws Failure, FormatException {
    var given = arguments.find(flag);
    if (given.isEmpty()) {
      if (!arguments.texts(part.flag()).isEmpty()) {
        throw new Failure(
            "expected --%s with --%s, got none".formatted(flag.name(), part.flag().name()));
      }
      var rule = part == Part.LOG ? "rekorTlogConfig" : "tsaConfig";
      return arguments.isOn(part.without())
          ? JsonObject.empty()
          : base.findObject(rule).orElse(JsonObject.empty());
    }
    var match = SELECTOR.matcher(given.get().toUpperCase(Locale.ROOT));
    if (!match.matches()) {
      throw new Failure(
          "expected ANY, ALL or EXACT:N as --%s, got %s"
              .formatted(flag.name(), OneLine.of(given.get())));
    }
    return match.group(2) == null
        ? JsonObject.empty().with("selector", match.group(1))
        : JsonObject.empty()
            .with("selector", "EXACT")
            .with("count", Long.parseLong(match.group(2)));
  }
}
