package dev.countersign.testkit;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.RSAPublicKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An identity token whose issuer vouched for it.
///
/// @param subject the mail address where there is one
record IdentityToken(String issuer, String subject) {
  private static final int MAX_BYTES = 64 << 10;

  /// Checks a token as Fulcio does: by the keys that its issuer tells, for `sigstore`, now.
  ///
  /// @param issuer the only one that is believed
  static IdentityToken check(String token, URI issuer) throws Refusal, IOException {
    var parts = token.split("\\.", -1);
    if (parts.length != 3) {
      throw refused("it is none");
    }
    try {
      var claims = object(Base64.getUrlDecoder().decode(parts[1]));
      if (!issuer.toString().equals(claims.get("iss"))) {
        throw refused("another issuer gave it");
      }
      var signed = (parts[0] + '.' + parts[1]).getBytes(StandardCharsets.US_ASCII);
      demandSignature(signed, Base64.getUrlDecoder().decode(parts[2]), issuer);
      if (!"sigstore".equals(claims.get("aud"))) {
        throw refused("it is for somebody else");
      }
      if (Instant.now().getEpochSecond() > Long.parseLong(String.valueOf(claims.get("exp")))) {
        throw refused("it has expired");
      }
      var subject = claims.getOrDefault("email", claims.getOrDefault("sub", ""));
      return new IdentityToken(issuer.toString(), String.valueOf(subject));
    } catch (IllegalArgumentException e) {
      throw refused("it is none");
    }
  }

  private static void demandSignature(byte[] signed, byte[] signature, URI issuer)
      throws Refusal, IOException {
    var configuration = get(issuer + "/.well-known/openid-configuration");
    var keys = (List<?>) get(String.valueOf(configuration.get("jwks_uri"))).get("keys");
    for (var key : keys == null ? List.of() : keys) {
      if (key instanceof Map<?, ?> web && verifies(web, signed, signature)) {
        return;
      }
    }
    throw refused("no key of its issuer signed it");
  }

  private static boolean verifies(Map<?, ?> key, byte[] signed, byte[] signature) {
    try {
      var spec = new RSAPublicKeySpec(number(key.get("n")), number(key.get("e")));
      var verifier = Signature.getInstance("SHA256withRSA");
      verifier.initVerify(KeyFactory.getInstance("RSA").generatePublic(spec));
      verifier.update(signed);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static BigInteger number(@Nullable Object text) {
    return new BigInteger(1, Base64.getUrlDecoder().decode(String.valueOf(text)));
  }

  private static Map<String, Object> get(String url) throws IOException, Refusal {
    try (var in = URI.create(url).toURL().openStream()) {
      return object(in.readNBytes(MAX_BYTES));
    }
  }

  private static Map<String, Object> object(byte[] json) throws Refusal {
    return Json.parseObject(json).orElseThrow(() -> refused("it is none"));
  }

  private static Refusal refused(String why) {
    return Refusal.plain(
        400, "There was an error processing the identity token: expected a good one, but " + why);
  }
}
