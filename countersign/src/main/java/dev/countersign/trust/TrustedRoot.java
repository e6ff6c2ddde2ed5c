package dev.countersign.trust;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// Whom a verifier trusts
/// ([TrustedRoot](https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto)).
///
/// @param logs of signatures
/// @param certificateAuthorities that issue certificates to signers
/// @param certificateLogs of certificates
public record TrustedRoot(
    List<TrustedLog> logs,
    List<CertificateAuthority> certificateAuthorities,
    List<TrustedLog> certificateLogs,
    List<CertificateAuthority> timestampAuthorities) {
  /// Nobody.
  public static final TrustedRoot NOBODY =
      new TrustedRoot(List.of(), List.of(), List.of(), List.of());

  /// The largest text that is read, in bytes.
  public static final int MAX_BYTES = 4 << 20;

  private static final List<String> MEDIA_TYPES =
      List.of(
          "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
          "application/vnd.dev.sigstore.trustedroot.v0.1+json",
          "application/vnd.dev.sigstore.trustedroot.v0.2+json");

  public TrustedRoot {
    logs = List.copyOf(logs);
    certificateAuthorities = List.copyOf(certificateAuthorities);
    certificateLogs = List.copyOf(certificateLogs);
    timestampAuthorities = List.copyOf(timestampAuthorities);
  }

  /// Reads a `trusted_root.json`.
  ///
  /// Members that this program does not know are passed over, so that newer roots can be read; a
  /// log whose key is of a kind that it does not know counts as none.
  ///
  /// @throws FormatException if it is none, or if a key or an authority has no time from which it
  ///   counts
  public static TrustedRoot parse(Bytes json) throws FormatException {
    if (json.size() > MAX_BYTES) {
      throw new FormatException("expected a trusted root, got " + json.size() + " bytes");
    }
    var root = JsonValue.parseObject(json);
    var type = root.getString("mediaType");
    if (!MEDIA_TYPES.contains(type)) {
      throw new FormatException("expected a trusted root of version 0.1 or 0.2, got " + type);
    }
    return new TrustedRoot(
        logs(root.findArray("tlogs")),
        authorities(root.findArray("certificateAuthorities")),
        logs(root.findArray("ctlogs")),
        authorities(root.findArray("timestampAuthorities")));
  }

  /// The log of signatures that entries call `id`.
  public Optional<TrustedLog> log(Bytes id) {
    return logs.stream().filter(log -> log.id().equals(id)).findFirst();
  }

  /// The log of certificates that certificates call `id`.
  public Optional<TrustedLog> certificateLog(Bytes id) {
    return certificateLogs.stream().filter(log -> log.id().equals(id)).findFirst();
  }

  /// Those of both.
  public TrustedRoot and(TrustedRoot more) {
    return new TrustedRoot(
        join(logs, more.logs),
        join(certificateAuthorities, more.certificateAuthorities),
        join(certificateLogs, more.certificateLogs),
        join(timestampAuthorities, more.timestampAuthorities));
  }

  private static <T> List<T> join(List<T> some, List<T> more) {
    var all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }

  private static List<TrustedLog> logs(List<JsonValue> items) throws FormatException {
    var logs = new ArrayList<TrustedLog>();
    var ids = new HashSet<Bytes>();
    for (var item : items) {
      var log = TrustedRootPart.log(item.asObject("a log"));
      if (log.isPresent()) {
        if (!ids.add(log.get().id())) {
          throw new FormatException(
              "expected each log once, got " + log.get().baseUrl() + " again");
        }
        logs.add(log.get());
      }
    }
    return logs;
  }

  private static List<CertificateAuthority> authorities(List<JsonValue> items)
      throws FormatException {
    var authorities = new ArrayList<CertificateAuthority>();
    for (JsonValue item : items) {
      JsonObject authority = item.asObject("an authority");
      authorities.add(TrustedRootPart.authority(authority));
    }
    return authorities;
  }
}
