package dev.countersign.registry;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonValue;
import dev.countersign.registry.RegistryException.Fault;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;

/// Gets bearer tokens from the realm that a registry named ([token
/// authentication](https://distribution.github.io/distribution/spec/auth/token/)).
final class TokenRealm {
  private static final int MAX_ANSWER_BYTES = 256 << 10;
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,131072}");
  private static final long DEFAULT_SECONDS = 60;
  private static final long MAX_SECONDS = 3_600;

  private final Http http;
  private final PlainHttp rule;

  TokenRealm(Http http, PlainHttp rule) {
    this.http = http;
    this.rule = rule;
  }

  /// A token for `scope`.
  ///
  /// @param asker the registry that sent `challenge`
  Authorization fetch(
      Origin asker, Challenge challenge, Scope scope, Credentials credentials, Deadline deadline)
      throws RegistryException {
    var realm = realm(asker, challenge);
    requireFit(asker, realm, credentials);
    var service = challenge.find("service").orElse("");
    var request =
        switch (credentials) {
          case Credentials.Anonymous none -> get(realm, service, scope);
          case Credentials.RegistryToken token -> get(realm, service, scope);
          case Credentials.Basic basic ->
              get(realm, service, scope).with(Request.AUTHORIZATION, Authorization.basic(basic));
          case Credentials.IdentityToken token -> post(realm, service, scope, token);
        };
    var response = http.send(request, deadline);
    if (response.status() >= 400 && response.status() < 500 && response.status() != 429) {
      throw new RegistryException(
          Fault.UNAUTHORIZED, request + ": no token, status " + response.status());
    }
    if (!response.isSuccess()) {
      throw Faults.of(request, response);
    }
    return parse(request, response);
  }

  private static Url realm(Origin asker, Challenge challenge) throws RegistryException {
    try {
      return Url.parse(challenge.find("realm").orElse(""));
    } catch (FormatException e) {
      throw new RegistryException(
          Fault.UNAUTHORIZED, asker + " names no usable token realm: " + e.problem(), e);
    }
  }

  /// Over HTTPS; only from loopback to loopback may credentials go without.
  private void requireFit(Origin asker, Url realm, Credentials credentials)
      throws RegistryException {
    var origin = realm.origin();
    boolean local = asker.isLoopback() && origin.isLoopback();
    if (origin.scheme() == Scheme.HTTPS || local) {
      return;
    }
    boolean downgrade = asker.scheme() == Scheme.HTTPS || rule == PlainHttp.LOOPBACK_ONLY;
    if (downgrade || !(credentials instanceof Credentials.Anonymous)) {
      throw new RegistryException(
          Fault.UNAUTHORIZED,
          asker + " names the token realm " + realm + ": nothing is sent to it over plain HTTP");
    }
  }

  private static Request get(Url realm, String service, Scope scope) {
    var url = service.isEmpty() ? realm : realm.withQuery("service", encode(service));
    return Request.get(url.withQuery("scope", encode(scope.toString())), MAX_ANSWER_BYTES);
  }

  private static Request post(
      Url realm, String service, Scope scope, Credentials.IdentityToken token) {
    var form =
        "grant_type=refresh_token&client_id=countersign&service="
            + encode(service)
            + "&scope="
            + encode(scope.toString())
            + "&refresh_token="
            + encode(token.token().reveal());
    return new Request("POST", realm, java.util.Map.of(), Bytes.utf8(form), MAX_ANSWER_BYTES)
        .with("Content-Type", Request.FORM);
  }

  private static Authorization parse(Request request, Response response) throws RegistryException {
    try {
      var json = JsonValue.parseObject(response.body());
      var token = json.findString("token");
      var text = token.isPresent() ? token.get() : json.getString("access_token");
      if (!TOKEN.matcher(text).matches()) {
        throw new FormatException("expected a token of visible ASCII, got other characters");
      }
      long seconds = json.find("expires_in").isPresent() ? json.getLong("expires_in") : 0;
      long life = seconds <= 0 ? DEFAULT_SECONDS : Math.min(seconds, MAX_SECONDS);
      // A tenth early, so that a token does not end on its way.
      return new Authorization("Bearer " + text, Deadline.after(Duration.ofMillis(life * 900)));
    } catch (FormatException e) {
      throw new RegistryException(Fault.UNAUTHORIZED, request + ": the answer holds no token");
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
