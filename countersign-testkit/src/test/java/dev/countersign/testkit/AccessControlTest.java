package dev.countersign.testkit;

import static dev.countersign.testkit.Samples.IMAGE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AccessControlTest extends RegistryTest {
  private static final String V1 = "/v2/a/b/manifests/v1";
  private static final String PULL = "scope=repository:a/b:pull";
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final Pattern TOKEN = Pattern.compile("\"access_token\":\"([^\"]+)\"");
  private static final Auth.Bearer BEARER = new Auth.Bearer("user", "secret");

  private void startWith(Auth auth) throws Exception {
    start(InProcessOptions.DEFAULT.withAuth(auth));
    IMAGE.pushTo(registry, "a/b", "v1");
  }

  private static String basic(String password) {
    return "Basic " + Base64.getEncoder().encodeToString(("user:" + password).getBytes(UTF_8));
  }

  private static String token(Client.Answer answer) {
    assertEquals(200, answer.status(), answer.text());
    var match = TOKEN.matcher(answer.text());
    assertTrue(match.find(), answer.text());
    return match.group(1);
  }

  private Client.Answer form(String form) throws Exception {
    return client.post("/token", form.getBytes(UTF_8), "Content-Type", FORM);
  }

  private Client.Answer getWith(String token) throws Exception {
    return client.get(V1, "Authorization", "Bearer " + token);
  }

  @Test
  void letsInByNameAndPassword() throws Exception {
    startWith(new Auth.Basic("user", "secret"));

    var nobody = client.get(V1);

    assertEquals(401, nobody.status());
    assertTrue(nobody.header("WWW-Authenticate").startsWith("Basic realm="));
    assertTrue(nobody.text().contains("\"UNAUTHORIZED\""), nobody.text());
    assertEquals(401, client.get(V1, "Authorization", basic("wrong")).status());
    assertEquals(200, client.get(V1, "Authorization", basic("secret")).status());
  }

  @Test
  void namesRealmServiceAndScope() throws Exception {
    startWith(BEARER);

    var pull = client.get(V1).header("WWW-Authenticate");
    var push = client.post("/v2/a/b/blobs/uploads/", new byte[0]).header("WWW-Authenticate");

    var realm = "Bearer realm=\"" + registry.uri() + "token\",service=\"countersign-testkit\"";
    assertEquals(realm + ",scope=\"repository:a/b:pull\"", pull);
    assertEquals(realm + ",scope=\"repository:a/b:pull,push\"", push);
    assertEquals(realm, client.get("/v2/").header("WWW-Authenticate"));
  }

  @Test
  void givesATokenForNameAndPassword() throws Exception {
    startWith(BEARER);

    assertEquals(401, client.get("/token?" + PULL).status());
    assertEquals(401, client.get("/token?" + PULL, "Authorization", basic("wrong")).status());
    var token = token(client.get("/token?" + PULL, "Authorization", basic("secret")));
    assertEquals(200, getWith(token).status());
  }

  @Test
  void bindsATokenToItsScope() throws Exception {
    startWith(BEARER);
    var token =
        token(client.get("/token?scope=repository:c/d:pull", "Authorization", basic("secret")));

    var answer = getWith(token);

    assertEquals(401, answer.status());
    assertTrue(answer.header("WWW-Authenticate").endsWith(",error=\"insufficient_scope\""));
  }

  @Test
  void doesNotLetATokenForReadingWrite() throws Exception {
    startWith(BEARER);
    var token = token(client.get("/token?" + PULL, "Authorization", basic("secret")));

    var answer =
        client.put(V1, IMAGE.manifest(), "Authorization", "Bearer " + token, "Content-Type", "a/b");

    assertEquals(401, answer.status());
  }

  @Test
  void givesATokenForAForm() throws Exception {
    startWith(BEARER);

    var good = form("grant_type=password&username=user&password=secret&" + PULL);
    var wrong = form("grant_type=password&username=user&password=wrong&" + PULL);

    assertEquals(200, getWith(token(good)).status());
    assertEquals(401, wrong.status());
    assertEquals(400, form("grant_type=other").status());
  }

  @Test
  void givesATokenForTheIdentityToken() throws Exception {
    startWith(BEARER);

    var form = "grant_type=refresh_token&refresh_token=";
    var good = form(form + registry.identityToken() + '&' + PULL);

    assertEquals(200, getWith(token(good)).status());
    assertEquals(401, form(form + "other&" + PULL).status());
  }

  @Test
  void givesTheIdentityTokenToThoseWhoAskForIt() throws Exception {
    startWith(BEARER);

    var answer = client.get("/token?offline_token=true&" + PULL, "Authorization", basic("secret"));

    assertTrue(answer.text().contains(registry.identityToken()));
  }

  @Test
  void takesNoFormWhereThatIsSaid() throws Exception {
    start(InProcessOptions.DEFAULT.withAuth(BEARER).withQuirks(Quirk.NO_OAUTH_POST));

    assertEquals(404, form("grant_type=password&username=user&password=secret").status());
  }

  @Test
  void letsAnyoneReadWhereThatIsSaid() throws Exception {
    startWith(BEARER.withAnonymous(Auth.Anonymous.MAY_PULL));

    var token = token(client.get("/token?scope=repository:a/b:pull,push"));

    assertEquals(200, getWith(token).status());
    assertEquals(
        401, client.put(V1, IMAGE.manifest(), "Authorization", "Bearer " + token).status());
  }

  @Test
  void endsTokensOnDemandAndByTime() throws Exception {
    startWith(BEARER);
    var token = token(client.get("/token?" + PULL, "Authorization", basic("secret")));

    registry.expireTokens();

    assertTrue(getWith(token).header("WWW-Authenticate").endsWith(",error=\"invalid_token\""));
    stop();
    startWith(BEARER.withLife(Duration.ZERO));
    var stale = token(client.get("/token?" + PULL, "Authorization", basic("secret")));
    assertEquals(401, getWith(stale).status());
  }

  @Test
  void sendsClientsToAnotherHostForATokenWhereThatIsSaid() throws Exception {
    startWith(BEARER.withRealm(new Auth.Realm.OtherServer()));

    var challenge = client.get(V1).header("WWW-Authenticate");
    var realm = challenge.substring(challenge.indexOf('"') + 1, challenge.indexOf("\",service"));
    var token = token(client.get(realm + '?' + PULL, "Authorization", basic("secret")));

    assertTrue(realm.startsWith("http://localhost:"), realm);
    assertNotEquals(registry.port(), URI.create(realm).getPort());
    assertEquals(200, getWith(token).status());
    assertTrue(registry.requests().get(1).header("host").orElse("").startsWith("localhost:"));
  }

  @Test
  void showsNoSecretInItsLogOrItsTexts() throws Exception {
    startWith(BEARER);

    var token = token(client.get("/token?" + PULL, "Authorization", basic("secret")));
    assertEquals(200, getWith(token).status());

    var text = registry.requests().toString() + BEARER + new Auth.Basic("user", "secret");
    assertTrue(text.contains("authorization=Bearer"), text);
    assertFalse(text.contains(token), text);
    assertFalse(text.contains("secret"), text);
    assertFalse(text.contains(basic("secret").substring(6)), text);
  }
}
