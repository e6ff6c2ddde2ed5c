package dev.countersign.testkit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a log is asked to record, checked and in the form in which it is recorded.
final class ProposedEntry {
  private ProposedEntry() {}

  /// An entry of [Rekor's](https://github.com/sigstore/rekor/tree/main/pkg/types) first version:
  /// `hashedrekord` or `dsse`, 0.0.1.
  static byte[] first(Map<String, Object> proposed) throws Refusal {
    var spec = FakeFulcio.member(proposed, "spec");
    var kind = String.valueOf(proposed.get("kind"));
    var recorded =
        switch (kind) {
          case "hashedrekord" -> hashedRekord(spec);
          case "dsse" -> envelope(FakeFulcio.member(spec, "proposedContent"));
          default -> throw Refusal.plain(400, "expected hashedrekord or dsse, got " + kind);
        };
    return Json.write(sorted("apiVersion", "0.0.1", "kind", kind, "spec", recorded));
  }

  /// What somebody else had a log of the first version record.
  static byte[] strangersFirst() {
    var key = ServiceKey.ecdsa();
    var message = key.spki();
    var digest = HexFormat.of().formatHex(ServiceKey.sha256(message));
    var pem = Pem.of(key.publicKey()).getBytes(StandardCharsets.US_ASCII);
    return Json.write(
        sorted(
            "apiVersion",
            "0.0.1",
            "kind",
            "hashedrekord",
            "spec",
            sorted(
                "data",
                Map.of("hash", sorted("algorithm", "sha256", "value", digest)),
                "signature",
                sorted(
                    "content",
                    base64(key.sign(message)),
                    "publicKey",
                    Map.of("content", base64(pem))))));
  }

  /// What somebody else had a log of the second version record.
  static byte[] strangersSecond() {
    var key = ServiceKey.ecdsa();
    var message = key.spki();
    return Json.write(
        sorted(
            "apiVersion",
            "0.0.2",
            "kind",
            "hashedrekord",
            "spec",
            Map.of(
                "hashedRekordV002",
                sorted(
                    "data",
                    sorted("algorithm", "SHA2_256", "digest", base64(ServiceKey.sha256(message))),
                    "signature",
                    sorted(
                        "content",
                        base64(key.sign(message)),
                        "verifier",
                        sorted(
                            "keyDetails",
                            "PKIX_ECDSA_P256_SHA_256",
                            "publicKey",
                            Map.of("rawBytes", base64(message))))))));
  }

  private static Map<String, ?> hashedRekord(Map<?, ?> spec) throws Refusal {
    var hash = FakeFulcio.member(FakeFulcio.member(spec, "data"), "hash");
    var signature = FakeFulcio.member(spec, "signature");
    var key = text(FakeFulcio.member(signature, "publicKey"), "content");
    var content = text(signature, "content");
    var digest = hex(text(hash, "value"));
    demandSignature(digest, FakeFulcio.base64(content), keyOfPem(key));
    return sorted(
        "data",
        Map.of("hash", sorted("algorithm", text(hash, "algorithm"), "value", text(hash, "value"))),
        "signature",
        sorted("content", content, "publicKey", Map.of("content", key)));
  }

  private static Map<String, ?> envelope(Map<?, ?> proposed) throws Refusal {
    var text = text(proposed, "envelope").getBytes(StandardCharsets.UTF_8);
    var envelope =
        Json.parseObject(text).orElseThrow(() -> Refusal.plain(400, "expected an envelope"));
    var payload = FakeFulcio.base64(text(envelope, "payload"));
    var signed = preAuthentication(text(envelope, "payloadType"), payload);
    var verifiers = list(proposed, "verifiers");
    var signatures = new ArrayList<Map<String, ?>>();
    for (var item : list(envelope, "signatures")) {
      var signature = text((Map<?, ?>) item, "sig");
      var verifier = String.valueOf(verifiers.getFirst());
      demandSignature(ServiceKey.sha256(signed), FakeFulcio.base64(signature), keyOfPem(verifier));
      signatures.add(sorted("signature", signature, "verifier", verifier));
    }
    return sorted(
        "envelopeHash", hash(text), "payloadHash", hash(payload), "signatures", signatures);
  }

  /// An entry of the [second version](https://github.com/sigstore/rekor-tiles): `hashedrekord`
  /// 0.0.2.
  static byte[] second(Map<String, Object> proposed) throws Refusal {
    var request = FakeFulcio.member(proposed, "hashedRekordRequestV002");
    var signature = FakeFulcio.member(request, "signature");
    var verifier = FakeFulcio.member(signature, "verifier");
    var holder = verifier.containsKey("x509Certificate") ? "x509Certificate" : "publicKey";
    var bytes = text(FakeFulcio.member(verifier, holder), "rawBytes");
    var der = FakeFulcio.base64(bytes);
    var key = holder.equals("publicKey") ? FakeFulcio.key(der) : keyOfCertificate(der);
    var digest = text(request, "digest");
    var content = text(signature, "content");
    demandSignature(FakeFulcio.base64(digest), FakeFulcio.base64(content), key);
    var recorded =
        sorted(
            "data",
            sorted("algorithm", algorithm(FakeFulcio.base64(digest).length), "digest", digest),
            "signature",
            sorted(
                "content",
                content,
                "verifier",
                sorted(
                    "keyDetails",
                    text(verifier, "keyDetails"),
                    holder,
                    Map.of("rawBytes", bytes))));
    return Json.write(
        sorted(
            "apiVersion",
            "0.0.2",
            "kind",
            "hashedrekord",
            "spec",
            Map.of("hashedRekordV002", recorded)));
  }

  /// What [DSSE](https://github.com/secure-systems-lab/dsse/blob/master/protocol.md) signs.
  private static byte[] preAuthentication(String type, byte[] payload) {
    var head =
        ("DSSEv1 " + type.length() + ' ' + type + ' ' + payload.length + ' ')
            .getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(head.length + payload.length).put(head).put(payload).array();
  }

  private static String algorithm(int length) {
    return switch (length) {
      case 48 -> "SHA2_384";
      case 64 -> "SHA2_512";
      default -> "SHA2_256";
    };
  }

  private static Map<String, ?> hash(byte[] content) {
    var value = HexFormat.of().formatHex(ServiceKey.sha256(content));
    return sorted("algorithm", "sha256", "value", value);
  }

  /// Signatures by other keys than ECDSA's are not checked.
  private static void demandSignature(byte[] digest, byte[] signature, PublicKey key)
      throws Refusal {
    if (!key.getAlgorithm().equals("EC")) {
      return;
    }
    try {
      var verifier = Signature.getInstance("NONEwithECDSA");
      verifier.initVerify(key);
      verifier.update(digest);
      if (verifier.verify(signature)) {
        return;
      }
    } catch (GeneralSecurityException e) {
      // What is no signature does not verify.
    }
    throw Refusal.plain(400, "verifying signature: invalid signature");
  }

  /// The key in base64 of PEM, of a key or of a certificate.
  private static PublicKey keyOfPem(String base64) throws Refusal {
    var pem = new String(FakeFulcio.base64(base64), StandardCharsets.US_ASCII);
    var der = Pem.firstBlock(pem);
    return pem.contains("CERTIFICATE") ? keyOfCertificate(der) : FakeFulcio.key(der);
  }

  private static PublicKey keyOfCertificate(byte[] der) throws Refusal {
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificate(new java.io.ByteArrayInputStream(der))
          .getPublicKey();
    } catch (GeneralSecurityException e) {
      throw Refusal.plain(400, "expected a certificate");
    }
  }

  private static byte[] hex(String text) throws Refusal {
    try {
      return HexFormat.of().parseHex(text);
    } catch (IllegalArgumentException e) {
      throw Refusal.plain(400, "expected hex");
    }
  }

  private static String text(Map<?, ?> json, String name) throws Refusal {
    if (json.get(name) instanceof String text) {
      return text;
    }
    throw Refusal.plain(400, "expected " + name);
  }

  private static List<?> list(Map<?, ?> json, String name) throws Refusal {
    if (json.get(name) instanceof List<?> list && !list.isEmpty()) {
      return list;
    }
    throw Refusal.plain(400, "expected " + name);
  }

  /// Members in the order of canonical JSON.
  static Map<String, ?> sorted(Object... namesAndValues) {
    var map = new TreeMap<String, Object>();
    for (var i = 0; i < namesAndValues.length; i += 2) {
      map.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
    }
    return map;
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
