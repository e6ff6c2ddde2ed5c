package dev.countersign.sigstore;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The services that a signer may ask
/// ([SigningConfig](https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto),
/// version 0.2).
///
/// @param certificateAuthorities Fulcio's, of which one is asked
public record SigningConfig(
    List<Service> certificateAuthorities,
    List<Service> identityProviders,
    Choice logs,
    Choice timestampAuthorities) {
  /// The media type that is read and written.
  public static final String MEDIA_TYPE = "application/vnd.dev.sigstore.signingconfig.v0.2+json";

  /// The largest text that is read, in bytes.
  public static final int MAX_BYTES = 1 << 20;

  private static final int MAX_SERVICES = 100;

  public SigningConfig {
    certificateAuthorities = List.copyOf(certificateAuthorities);
    identityProviders = List.copyOf(identityProviders);
  }

  /// One service.
  ///
  /// @param version the major version of its API
  /// @param from from when on it is in use
  /// @param until till when, if that is known
  public record Service(
      String url, int version, Instant from, Optional<Instant> until, String operator) {
    /// Whether it is in use at `time`, its ends included.
    public boolean isInUse(Instant time) {
      return !time.isBefore(from) && until.filter(time::isAfter).isEmpty();
    }
  }

  /// How many of some services are asked.
  public sealed interface Selector {
    /// One of them; here the newest.
    record Any() implements Selector {}

    /// All of them.
    record All() implements Selector {}

    /// So many, at least 1.
    record Exactly(int count) implements Selector {}

    /// Nothing is said, which is enough where there is no service.
    record Unsaid() implements Selector {}
  }

  /// Services, and how many of them are asked.
  public record Choice(List<Service> services, Selector selector) {
    /// No service.
    public static final Choice NONE = new Choice(List.of(), new Selector.Unsaid());

    public Choice {
      services = List.copyOf(services);
    }

    /// Those to ask at `time`: of the highest version in `versions` that any in use has, one of
    /// each operator, the newest first.
    ///
    /// @throws FormatException if there are services, but not as many as are to be asked
    public List<Service> select(Set<Integer> versions, Instant time) throws FormatException {
      if (services.isEmpty()) {
        return List.of();
      }
      var fit = newest(services, versions, time);
      if (fit.isEmpty()) {
        throw new FormatException(
            "expected a service in use of version "
                + versions
                + " in the signing config, got none");
      }
      return switch (selector) {
        case Selector.Any any -> fit.subList(0, 1);
        case Selector.All all -> fit;
        case Selector.Exactly(int count) -> {
          if (count < 1 || count > fit.size()) {
            throw new FormatException(
                "expected %d services of different operators in the signing config, got %d"
                    .formatted(count, fit.size()));
          }
          yield fit.subList(0, count);
        }
        case Selector.Unsaid unsaid ->
            throw new FormatException(
                "expected a selector (ANY, ALL, EXACT) in the signing config, got none");
      };
    }
  }

  /// The certificate authority to ask at `time`; empty if none is named.
  ///
  /// @throws FormatException if some are named and none is in use
  public Optional<Service> certificateAuthority(Set<Integer> versions, Instant time)
      throws FormatException {
    return new Choice(certificateAuthorities, new Selector.Any())
        .select(versions, time).stream().findFirst();
  }

  private static List<Service> newest(List<Service> all, Set<Integer> versions, Instant time) {
    var usable =
        all.stream().filter(s -> s.isInUse(time) && versions.contains(s.version())).toList();
    int version = usable.stream().mapToInt(Service::version).max().orElse(0);
    var operators = new HashSet<String>();
    return usable.stream()
        .filter(service -> service.version() == version)
        .sorted(Comparator.comparing(Service::from).reversed())
        .filter(service -> operators.add(service.operator()))
        .toList();
  }

  /// Reads a `signing_config.json`. Members that this program does not know are passed over, so
  /// that newer files can be read.
  ///
  /// @throws FormatException if it is none
  public static SigningConfig parse(Bytes json) throws FormatException {
    if (json.size() > MAX_BYTES) {
      throw new FormatException("expected a signing config, got " + json.size() + " bytes");
    }
    var config = JsonValue.parseObject(json);
    var type = config.getString("mediaType");
    if (!type.equals(MEDIA_TYPE)) {
      throw new FormatException("expected a signing config of version 0.2, got " + type);
    }
    return new SigningConfig(
        services(config.findArray("caUrls")),
        services(config.findArray("oidcUrls")),
        choice(config, "rekorTlogUrls", "rekorTlogConfig"),
        choice(config, "tsaUrls", "tsaConfig"));
  }

  private static Choice choice(JsonObject config, String urls, String rule) throws FormatException {
    var json = config.findObject(rule).orElse(JsonObject.empty());
    var selector = json.findString("selector").orElse("");
    return new Choice(
        services(config.findArray(urls)),
        switch (selector) {
          case "ANY" -> new Selector.Any();
          case "ALL" -> new Selector.All();
          case "EXACT" ->
              new Selector.Exactly(Math.toIntExact(bounded(json.findWholeNumber("count"))));
          case "", "SERVICE_SELECTOR_UNDEFINED" -> new Selector.Unsaid();
          default ->
              throw new FormatException("expected ANY, ALL or EXACT in " + rule + ", got another");
        });
  }

  private static long bounded(Optional<Long> number) {
    return Math.clamp(number.orElse(0L), 0, MAX_SERVICES + 1);
  }

  private static List<Service> services(List<JsonValue> items) throws FormatException {
    if (items.size() > MAX_SERVICES) {
      throw new FormatException(
          "expected at most " + MAX_SERVICES + " services, got " + items.size());
    }
    var services = new ArrayList<Service>();
    for (var item : items) {
      services.add(service(item.asObject("a service")));
    }
    return services;
  }

  private static Service service(JsonObject json) throws FormatException {
    var validFor = json.getObject("validFor");
    var end = validFor.findString("end");
    return new Service(
        json.getString("url"),
        Math.toIntExact(bounded(json.findWholeNumber("majorApiVersion"))),
        time(validFor.getString("start")),
        end.isEmpty() ? Optional.empty() : Optional.of(time(end.get())),
        json.findString("operator").orElse(""));
  }

  private static Instant time(String text) throws FormatException {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new FormatException("expected a time as 2026-01-31T12:00:00Z, got another text", e);
    }
  }
}
