package dev.countersign.provider;

import dev.countersign.verify.Authority;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Numbers of what a server believes and shows: keys and certificates, their ages and ends, and who
/// proved which images. Labels are names of the operator's files.
final class TrustMetrics {
  private final VerifiedImages images = new VerifiedImages();
  private volatile Map<String, Known> authorities = Map.of();

  /// An authority, and when it was read first as it is now.
  private record Known(Authority authority, Instant since) {}

  TrustMetrics(PrometheusRegistry registry) {
    gauge("countersign_verified_images", "authority")
        .help("Images that this authority proved in the last hour.")
        .callback(callback ->
            images.by(authorities.keySet()).forEach((name, own) -> callback.call(own.size(), name)))
        .register(registry);
    gauge("countersign_key_loaded_timestamp_seconds", "authority")
        .help("When this authority's key was read first, in this process.")
        .callback(callback ->
            authorities.forEach((name, known) -> callback.call(seconds(known.since()), name)))
        .register(registry);
    gauge("countersign_key_valid_from_seconds", "authority")
        .help("Since when this authority's signatures count, where the policy says so.")
        .callback(callback ->
            authorities.forEach(
                (name, known) -> tell(callback, known.authority().validity().from(), name)))
        .register(registry);
    gauge("countersign_key_valid_until_seconds", "authority")
        .help("Until when this authority's signatures count, where the policy says so.")
        .callback(callback ->
            authorities.forEach(
                (name, known) -> tell(callback, known.authority().validity().until(), name)))
        .register(registry);
  }

  /// The images that were proven.
  VerifiedImages images() {
    return images;
  }

  /// The names of those who are believed.
  Collection<String> authorities() {
    return authorities.keySet();
  }

  /// These are believed from now on.
  void believe(List<Authority> believed) {
    var now = Instant.now();
    var next = new LinkedHashMap<String, Known>();
    for (var authority : believed) {
      var before = authorities.get(authority.name());
      var known =
          before != null && isSameKey(before.authority(), authority)
              ? new Known(authority, before.since())
              : new Known(authority, now);
      next.putIfAbsent(authority.name(), known);
    }
    authorities = next;
  }

  /// Shows when certificates end and which files are refused.
  static void watch(Configuration configuration, PrometheusRegistry registry) {
    gauge("countersign_certificate_not_after_seconds", "file")
        .help("When the first certificate of a chain ends, or the last of an authority's file.")
        .callback(callback -> {
          tell(callback, configuration.tls().get());
          tell(callback, configuration.registryTls().get(), "");
          configuration
              .policies()
              .get()
              .registries()
              .byHost()
              .forEach((host, settings) -> tell(callback, settings.tls(), " " + host));
        })
        .register(registry);
    gauge("countersign_configuration_stale", "what")
        .help("1 if files of this kind are refused as they are now, and older ones are in force.")
        .callback(callback ->
            configuration
                .files()
                .forEach((what, file) -> callback.call(file.problem().isPresent() ? 1 : 0, what)))
        .register(registry);
    gauge("countersign_configuration_loaded_timestamp_seconds", "what")
        .help("When what is in force was read.")
        .callback(callback ->
            configuration
                .files()
                .forEach((what, file) -> callback.call(seconds(file.since()), what)))
        .register(registry);
  }

  private static void tell(GaugeWithCallback.Callback callback, TlsMaterial tls) {
    tls.pair().chain().stream()
        .map(TrustMetrics::end)
        .min(Comparator.naturalOrder())
        .ifPresent(end -> callback.call(seconds(end), "tls-cert"));
    // While an authority is replaced the old one ends first, which is no trouble.
    tls.clients().stream()
        .flatMap(clients -> clients.authorities().stream())
        .map(TrustMetrics::end)
        .max(Comparator.naturalOrder())
        .ifPresent(end -> callback.call(seconds(end), "client-ca"));
  }

  /// @param whose of the policy's registries it is for
  private static void tell(GaugeWithCallback.Callback callback, RegistryTls tls, String whose) {
    tls.authorities().stream()
        .flatMap(List::stream)
        .map(TrustMetrics::end)
        .max(Comparator.naturalOrder())
        .ifPresent(end -> callback.call(seconds(end), "registry-ca" + whose));
    tls.client().stream()
        .flatMap(pair -> pair.chain().stream())
        .map(TrustMetrics::end)
        .min(Comparator.naturalOrder())
        .ifPresent(end -> callback.call(seconds(end), "registry-client-cert" + whose));
  }

  private static void tell(GaugeWithCallback.Callback callback, Instant moment, String name) {
    if (!moment.equals(Instant.MIN) && !moment.equals(Instant.MAX)) {
      callback.call(seconds(moment), name);
    }
  }

  private static boolean isSameKey(Authority one, Authority other) {
    return switch (one) {
      case Authority.Key key ->
          other instanceof Authority.Key otherKey && key.key().equals(otherKey.key());
      case Authority.Keyless keyless -> keyless.equals(other);
    };
  }

  private static Instant end(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant();
  }

  private static double seconds(Instant moment) {
    return moment.getEpochSecond();
  }

  private static GaugeWithCallback.Builder gauge(String name, String label) {
    return GaugeWithCallback.builder().name(name).labelNames(label);
  }
}
