package dev.countersign.testkit;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An OpenID Connect provider: it tells its keys, and gives identity tokens to anybody.
///
/// `/token?audience=A` with the bearer token `request-token` gives a token as GitHub's runners get
/// theirs.
public final class FakeIssuer implements AutoCloseable {
  /// What proves to the token end point that a workflow asks.
  public static final String REQUEST_TOKEN = "request-token";

  /// Whose tokens the token end point gives.
  public static final String WORKFLOW =
      "https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main";

  private static final Base64.Encoder URL_SAFE = Base64.getUrlEncoder().withoutPadding();

  private final ServiceKey key = ServiceKey.rsa();
  private final ServiceKey otherKey = ServiceKey.rsa();
  private final LoopbackService service;

  private FakeIssuer() throws IOException {
    service = LoopbackService.start(this::answer);
  }

  public static FakeIssuer start() throws IOException {
    return new FakeIssuer();
  }

  public LoopbackService service() {
    return service;
  }

  public URI url() {
    return service.url();
  }

  /// A token for a mail address or any other subject, good for ten minutes, for `sigstore`.
  public String token(String subject) {
    return token(subject, "sigstore", Duration.ofMinutes(10), key);
  }

  /// A token for somebody else than sigstore.
  public String tokenFor(String subject, String audience) {
    return token(subject, audience, Duration.ofMinutes(10), key);
  }

  /// A token that ended an hour ago.
  public String expiredToken(String subject) {
    return token(subject, "sigstore", Duration.ofHours(-1), key);
  }

  /// A token that another key has signed.
  public String forgedToken(String subject) {
    return token(subject, "sigstore", Duration.ofMinutes(10), otherKey);
  }

  private String token(String subject, String audience, Duration life, ServiceKey signer) {
    var now = Instant.now();
    var claims = new LinkedHashMap<String, Object>();
    claims.put("iss", url().toString());
    claims.put("aud", audience);
    claims.put("sub", subject);
    claims.put("iat", now.minusSeconds(5).getEpochSecond());
    claims.put("exp", now.plus(life).getEpochSecond());
    if (subject.contains("@") && !subject.contains("://")) {
      claims.put("email", subject);
      claims.put("email_verified", true);
    }
    var signed = encode(Map.of("alg", "RS256", "typ", "JWT", "kid", "1")) + '.' + encode(claims);
    var signature = signer.sign(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + '.' + URL_SAFE.encodeToString(signature);
  }

  private static String encode(Map<String, ?> json) {
    return URL_SAFE.encodeToString(Json.write(json));
  }

  private Reply answer(Call call) throws Refusal {
    return switch (call.request().path()) {
      case "/.well-known/openid-configuration" ->
          json(
              Map.of(
                  "issuer",
                  url().toString(),
                  "jwks_uri",
                  url() + "/keys",
                  "authorization_endpoint",
                  url() + "/auth",
                  "token_endpoint",
                  url() + "/token",
                  "response_types_supported",
                  List.of("code"),
                  "subject_types_supported",
                  List.of("public"),
                  "id_token_signing_alg_values_supported",
                  List.of("RS256")));
      case "/keys" -> json(Map.of("keys", List.of(webKey())));
      case "/token" -> ambient(call);
      default -> throw Routes.notFound();
    };
  }

  private Reply ambient(Call call) throws Refusal {
    if (!call.authorization().value().equals("Bearer " + REQUEST_TOKEN)
        && !call.authorization().value().equals("bearer " + REQUEST_TOKEN)) {
      throw Refusal.plain(401, "expected the request token");
    }
    var audience = call.query().first("audience").orElse("https://github.com/acme");
    return json(Map.of("value", tokenFor(WORKFLOW, audience)));
  }

  private Map<String, ?> webKey() {
    var rsa = (RSAPublicKey) key.publicKey();
    return Map.of(
        "kty",
        "RSA",
        "alg",
        "RS256",
        "use",
        "sig",
        "kid",
        "1",
        "n",
        unsigned(rsa.getModulus()),
        "e",
        unsigned(rsa.getPublicExponent()));
  }

  private static String unsigned(BigInteger number) {
    var bytes = number.toByteArray();
    var start = bytes[0] == 0 ? 1 : 0;
    return URL_SAFE.encodeToString(java.util.Arrays.copyOfRange(bytes, start, bytes.length));
  }

  static Reply json(Map<String, ?> object) {
    return Reply.of(200).body("application/json", Json.write(object));
  }

  @Override
  public void close() {
    service.close();
  }
}
