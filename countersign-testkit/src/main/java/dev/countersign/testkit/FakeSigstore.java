package dev.countersign.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// All services of a sigstore instance, and the files by which clients find and believe them.
///
/// The real cosign 3 signs with them and verifies against them.
public final class FakeSigstore implements AutoCloseable {
  private final FakeIssuer issuer;
  private final FakeFulcio fulcio;
  private final FakeRekor rekor;
  private final FakeTiledLog tiledLog;
  private final FakeTimestampAuthority timestamps;

  private FakeSigstore() throws IOException {
    issuer = FakeIssuer.start();
    fulcio = FakeFulcio.start(issuer);
    rekor = FakeRekor.start();
    tiledLog = FakeTiledLog.start();
    timestamps = FakeTimestampAuthority.start();
  }

  public static FakeSigstore start() throws IOException {
    return new FakeSigstore();
  }

  public FakeIssuer issuer() {
    return issuer;
  }

  public FakeFulcio fulcio() {
    return fulcio;
  }

  public FakeRekor rekor() {
    return rekor;
  }

  public FakeTiledLog tiledLog() {
    return tiledLog;
  }

  public FakeTimestampAuthority timestamps() {
    return timestamps;
  }

  /// The text of a `trusted_root.json` that names them all.
  public String trustedRoot() {
    var root = new LinkedHashMap<String, Object>();
    root.put("mediaType", "application/vnd.dev.sigstore.trustedroot+json;version=0.1");
    root.put("tlogs", List.of(rekor.toTrusted(), tiledLog.toTrusted()));
    root.put(
        "certificateAuthorities",
        List.of(authority("sigstore.local", fulcio.url().toString(), fulcio.chain())));
    root.put(
        "ctlogs",
        List.of(
            Map.of(
                "baseUrl",
                fulcio.url() + "/ct",
                "hashAlgorithm",
                "SHA2_256",
                "publicKey",
                fulcio.log().toTrustedKey(),
                "logId",
                Map.of("keyId", ProposedEntry.base64(fulcio.log().id())))));
    root.put(
        "timestampAuthorities",
        List.of(authority("timestamps", timestamps.url().toString(), timestamps.chain())));
    return text(root);
  }

  /// The text of a `signing_config.json` that names the CA, the issuer, and `log`, with the
  /// timestamp authority.
  public String signingConfig(FakeLog log) {
    return signingConfig(List.of(log), List.of(timestamps));
  }

  /// The same with these logs and authorities, all of them to be used.
  public String signingConfig(List<FakeLog> logs, List<FakeTimestampAuthority> authorities) {
    var config = new LinkedHashMap<String, Object>();
    config.put("mediaType", "application/vnd.dev.sigstore.signingconfig.v0.2+json");
    config.put("caUrls", List.of(service(fulcio.url().toString(), 1)));
    config.put("oidcUrls", List.of(service(issuer.url().toString(), 1)));
    var services = new ArrayList<Map<String, Object>>();
    for (var log : logs) {
      services.add(service(log.url().toString(), log.version()));
    }
    config.put("rekorTlogUrls", services);
    config.put("rekorTlogConfig", logs.isEmpty() ? Map.of() : Map.of("selector", "ALL"));
    config.put(
        "tsaUrls",
        authorities.stream().map(authority -> service(authority.url().toString(), 1)).toList());
    config.put("tsaConfig", authorities.isEmpty() ? Map.of() : Map.of("selector", "ALL"));
    return text(config);
  }

  private static Map<String, Object> service(String url, int version) {
    return Map.of(
        "url",
        url,
        "majorApiVersion",
        version,
        "validFor",
        Map.of("start", startOfUse()),
        "operator",
        "sigstore.local");
  }

  private static Map<String, ?> authority(
      String organization, String uri, List<X509Certificate> chain) {
    var certificates = new ArrayList<Map<String, ?>>();
    for (var certificate : chain) {
      try {
        certificates.add(Map.of("rawBytes", ProposedEntry.base64(certificate.getEncoded())));
      } catch (CertificateEncodingException e) {
        throw new AssertionError(e);
      }
    }
    return Map.of(
        "subject",
        Map.of("organization", organization, "commonName", organization),
        "uri",
        uri,
        "certChain",
        Map.of("certificates", certificates),
        "validFor",
        Map.of("start", startOfUse()));
  }

  private static String startOfUse() {
    return Instant.now().minus(Duration.ofDays(1)).toString();
  }

  private static String text(Map<String, ?> json) {
    return new String(Json.write(json), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    issuer.close();
    fulcio.close();
    rekor.close();
    tiledLog.close();
    timestamps.close();
  }
}
