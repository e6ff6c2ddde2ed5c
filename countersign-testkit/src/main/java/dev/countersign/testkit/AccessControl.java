package dev.countersign.testkit;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/// Who may do what, and how the others are told.
final class AccessControl {
  private static final String SERVICE = "countersign-testkit";

  private final Auth auth;
  private final Tokens tokens = new Tokens();
  private final TokenRoutes tokenRoutes;
  private final String identityToken = "identity-" + UUID.randomUUID();
  private volatile URI realm = URI.create("http://localhost/token");

  AccessControl(Auth auth, Set<Quirk> quirks) {
    this.auth = auth;
    this.tokenRoutes = new TokenRoutes(tokens, identityToken, quirks);
  }

  void setRealm(URI uri) {
    realm = uri;
  }

  String identityToken() {
    return identityToken;
  }

  void expireTokens() {
    tokens.expireAll();
  }

  Reply issueToken(Call call) throws Refusal, IOException {
    return switch (auth) {
      case Auth.Bearer bearer -> tokenRoutes.answer(call, bearer);
      case Auth.None _, Auth.Basic _ -> throw Routes.notFound();
    };
  }

  /// Refuses those who may not do this.
  void demand(Call call, Route route) throws Refusal {
    if (route instanceof Route.Token) {
      return;
    }
    switch (auth) {
      case Auth.None _ -> {}
      case Auth.Basic basic -> {
        if (!isBasic(call, basic.user(), basic.password())) {
          throw unauthorized("Basic realm=\"" + SERVICE + '"');
        }
      }
      case Auth.Bearer _ -> demandToken(call, needed(call, route));
    }
  }

  static boolean isBasic(Call call, String user, String password) {
    var expected = (user + ':' + password).getBytes(StandardCharsets.UTF_8);
    var value = call.authorization().value();
    return value.regionMatches(true, 0, "Basic ", 0, 6)
        && value.substring(6).trim().equals(Base64.getEncoder().encodeToString(expected));
  }

  private void demandToken(Call call, List<Scope> needed) throws Refusal {
    var value = call.authorization().value();
    var isBearer = value.toLowerCase(Locale.ROOT).startsWith("bearer ");
    var granted = isBearer ? tokens.scopes(value.substring(7).trim()) : null;
    if (granted == null || granted.isEmpty()) {
      throw unauthorized(challenge(needed, isBearer ? ",error=\"invalid_token\"" : ""));
    }
    for (var scope : needed) {
      if (granted.get().stream().noneMatch(g -> g.covers(scope))) {
        throw unauthorized(challenge(needed, ",error=\"insufficient_scope\""));
      }
    }
  }

  private String challenge(List<Scope> needed, String error) {
    var scopes = needed.stream().map(Scope::toString).toList();
    var scope = scopes.isEmpty() ? "" : ",scope=\"" + String.join(" ", scopes) + '"';
    return "Bearer realm=\"" + realm + "\",service=\"" + SERVICE + '"' + scope + error;
  }

  private static List<Scope> needed(Call call, Route route) throws Refusal {
    var needed = new ArrayList<Scope>();
    var actions =
        switch (call.method()) {
          case "GET", "HEAD" -> List.of("pull");
          case "DELETE" -> List.of("delete");
          default -> List.of("pull", "push");
        };
    var repository =
        switch (route) {
          case Route.Base _, Route.Token _, Route.Nowhere _ -> "";
          case Route.Blob r -> r.repository();
          case Route.Upload r -> r.repository();
          case Route.Uploads r -> r.repository();
          case Route.Manifest r -> r.repository();
          case Route.Tags r -> r.repository();
          case Route.Referrers r -> r.repository();
        };
    if (!repository.isEmpty()) {
      Names.demandName(repository);
      needed.add(new Scope(repository, actions));
      call.query().first("from").ifPresent(f -> needed.add(new Scope(f, List.of("pull"))));
    }
    return needed;
  }

  private static Refusal unauthorized(String challenge) {
    var reply = Reply.error(ErrorCode.UNAUTHORIZED, "authentication required");
    return new Refusal("authentication required", reply.with("WWW-Authenticate", challenge));
  }
}
