package dev.countersign.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The end point that gives tokens: by `GET` with basic authentication, by `POST` of an OAuth2
/// form.
final class TokenRoutes {
  private static final long MOST_FORM_BYTES = 64 << 10;

  private final Tokens tokens;
  private final String identityToken;
  private final Set<Quirk> quirks;

  TokenRoutes(Tokens tokens, String identityToken, Set<Quirk> quirks) {
    this.tokens = tokens;
    this.identityToken = identityToken;
    this.quirks = quirks;
  }

  Reply answer(Call call, Auth.Bearer auth) throws Refusal, IOException {
    if (call.method().equals("GET")) {
      return byGet(call, auth);
    }
    if (!call.method().equals("POST") || quirks.contains(Quirk.NO_OAUTH_POST)) {
      throw Routes.notFound();
    }
    return byForm(
        Query.parse(new String(call.readBody(MOST_FORM_BYTES), StandardCharsets.UTF_8)), auth);
  }

  private Reply byGet(Call call, Auth.Bearer auth) throws Refusal {
    var isOffline = call.query().first("offline_token").filter("true"::equals).isPresent();
    if (AccessControl.isBasic(call, auth.user(), auth.password())) {
      return granted(scopes(call.query()), auth.life(), isOffline);
    }
    if (call.request().isAuthorized() || auth.anonymous() == Auth.Anonymous.REFUSED) {
      throw refused();
    }
    return granted(scopes(call.query()).stream().map(Scope::reading).toList(), auth.life(), false);
  }

  private Reply byForm(Query form, Auth.Bearer auth) throws Refusal {
    var isOffline = form.first("access_type").filter("offline"::equals).isPresent();
    var isGood =
        switch (form.first("grant_type").orElse("")) {
          case "password" ->
              form.first("username").filter(auth.user()::equals).isPresent()
                  && form.first("password").filter(auth.password()::equals).isPresent();
          case "refresh_token" ->
              form.first("refresh_token").filter(identityToken::equals).isPresent();
          default -> throw Refusal.of(400, ErrorCode.UNSUPPORTED, "expected a known grant_type");
        };
    if (!isGood) {
      throw refused();
    }
    return granted(scopes(form), auth.life(), isOffline);
  }

  private static List<Scope> scopes(Query query) {
    return query.all("scope").stream()
        .flatMap(text -> Stream.of(text.split(" ")))
        .flatMap(text -> Scope.parse(text).stream())
        .toList();
  }

  private Reply granted(List<Scope> scopes, Duration life, boolean isOffline) throws Refusal {
    var token = tokens.issue(scopes, life);
    var body = new LinkedHashMap<String, Object>();
    body.put("token", token);
    body.put("access_token", token);
    body.put("expires_in", life.toSeconds());
    body.put("issued_at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    body.put("scope", String.join(" ", scopes.stream().map(Scope::toString).toList()));
    if (isOffline) {
      body.put("refresh_token", identityToken);
    }
    return Reply.of(200).body("application/json", Json.write(body));
  }

  private static Refusal refused() {
    return new Refusal(ErrorCode.UNAUTHORIZED, "incorrect username or password");
  }
}
