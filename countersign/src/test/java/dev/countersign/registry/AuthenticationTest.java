package dev.countersign.registry;

import static dev.countersign.registry.Registries.ONCE;
import static dev.countersign.registry.Registries.SECRET;
import static dev.countersign.registry.Registries.USER;
import static dev.countersign.registry.Registries.assertFault;
import static dev.countersign.registry.Registries.digested;
import static dev.countersign.registry.Registries.soon;
import static dev.countersign.registry.Registries.v1;
import static dev.countersign.registry.Registries.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.Bytes;
import dev.countersign.registry.RegistryException.Fault;
import dev.countersign.testkit.Auth;
import dev.countersign.testkit.Auth.Anonymous;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Fault.Status;
import dev.countersign.testkit.Identity;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.LoggedRequest;
import dev.countersign.testkit.Request;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class AuthenticationTest {
  private static final Auth.Bearer BEARER = new Auth.Bearer("user", SECRET);

  private static final FakeCa CA = FakeCa.create();

  private static long tokensAsked(InProcessRegistry server) {
    return server.requests().stream().map(LoggedRequest::request).filter(Request::isToken).count();
  }

  @Test
  void showsNameAndPasswordOnlyWhenAsked() throws Exception {
    try (var server = Registries.start(new Auth.Basic("user", SECRET));
        var registry = new RemoteRegistry(with(USER))) {
      assertEquals(Optional.of(digested(server)), registry.resolve(v1(server), soon()));
      assertEquals(Optional.of(digested(server)), registry.resolve(v1(server), soon()));

      var shown = server.requests().stream().map(r -> r.request().isAuthorized()).toList();
      assertEquals(List.of(false, true, true), shown);
    }
  }

  @Test
  void asksNoSourceWhenTheRegistryIsOpen() throws Exception {
    var options =
        ONCE.withCredentials((repository, deadline) -> {
          throw new IOException("asked");
        });
    try (var server = Registries.start(new Auth.None());
        var registry = new RemoteRegistry(options)) {
      assertEquals(Optional.of(digested(server)), registry.resolve(v1(server), soon()));
    }
  }

  @Test
  void saysThatNoneAreKnown() throws Exception {
    try (var server = Registries.start(new Auth.Basic("user", SECRET));
        var registry = new RemoteRegistry(ONCE)) {
      var problem = assertFault(Fault.UNAUTHORIZED, () -> registry.resolve(v1(server), soon()));

      assertTrue(problem.contains("wants credentials for " + v1(server).repository()), problem);
    }
  }

  @Test
  void showsNoSecretWhenItIsRefused() throws Exception {
    var wrong = new Credentials.Basic("user", Secret.of("hunter2"));
    for (var auth : List.of(new Auth.Basic("user", SECRET), BEARER)) {
      try (var server = Registries.start(auth);
          var registry = new RemoteRegistry(with(wrong))) {
        var problem = assertFault(Fault.UNAUTHORIZED, () -> registry.resolve(v1(server), soon()));

        assertFalse(problem.contains("hunter2"), problem);
      }
    }
  }

  @Test
  void getsATokenAndUsesItForTheRepository() throws Exception {
    try (var server = Registries.start(BEARER);
        var registry = new RemoteRegistry(with(USER))) {
      registry.resolve(v1(server), soon());
      registry.fetchManifest(v1(server), soon());

      assertEquals(1, tokensAsked(server));
      var query = server.requests().get(1).query();
      assertTrue(query.contains("scope=repository%3Aa%2Fb%3Apull"), query);
      assertFalse(query.contains("push"), query);
    }
  }

  @Test
  void asksForPushOnlyToPush() throws Exception {
    try (var server = Registries.start(BEARER);
        var registry = new RemoteRegistry(with(USER))) {
      registry.pushBlob(v1(server).repository(), Bytes.utf8("x"), soon());

      var query = server.requests().get(1).query();
      assertTrue(query.contains("pull%2Cpush"), query);
    }
  }

  @Test
  void getsAnAnonymousToken() throws Exception {
    try (var server = Registries.start(BEARER.withAnonymous(Anonymous.MAY_PULL));
        var registry = new RemoteRegistry(ONCE)) {
      assertEquals(Optional.of(digested(server)), registry.resolve(v1(server), soon()));
    }
  }

  @Test
  void getsATokenForAnIdentityToken() throws Exception {
    try (var server = Registries.start(BEARER)) {
      var identity = new Credentials.IdentityToken(Secret.of(server.identityToken()));
      try (var registry = new RemoteRegistry(with(identity))) {
        assertEquals(Optional.of(digested(server)), registry.resolve(v1(server), soon()));
      }
    }
  }

  @Test
  void getsANewTokenWhenTheOldOneHasEnded() throws Exception {
    try (var server = Registries.start(BEARER);
        var registry = new RemoteRegistry(with(USER))) {
      registry.resolve(v1(server), soon());
      server.expireTokens();

      assertEquals(Optional.of(digested(server)), registry.resolve(v1(server), soon()));

      assertEquals(2, tokensAsked(server));
    }
  }

  @Test
  void givesUpWhenTheNewTokenIsRefusedToo() throws Exception {
    try (var server = Registries.start(BEARER);
        var registry = new RemoteRegistry(with(USER))) {
      server.failAll(r -> r.isManifest() && r.isAuthorized(), new Status(401));

      assertFault(Fault.UNAUTHORIZED, () -> registry.resolve(v1(server), soon()));

      assertEquals(3, server.requests().size());
    }
  }

  @Test
  void manyCallersShareOneToken() throws Exception {
    try (var server = Registries.start(BEARER);
        var registry = new RemoteRegistry(with(USER));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var stall = new dev.countersign.testkit.Fault.Stall();
      server.failNext(Request::isToken, stall);
      Callable<?> question = () -> registry.resolve(v1(server), soon());
      var answers = new ArrayList<Future<?>>();
      for (int i = 0; i < 8; i++) {
        answers.add(threads.submit(question));
      }
      stall.awaitArrival();
      stall.release();

      for (var answer : answers) {
        assertEquals(Optional.of(digested(server)), answer.get());
      }
      assertEquals(1, tokensAsked(server));
    }
  }

  @Test
  void sendsNothingToAPlainRealmElsewhere() throws Exception {
    for (var realm : List.of("http://realm.example/token", "ftp://x/", "nonsense", "")) {
      var auth = new Auth.Realm.At(URI.create(realm));
      try (var server = Registries.start(BEARER.withRealm(auth));
          var registry = new RemoteRegistry(with(USER))) {
        var problem = assertFault(Fault.UNAUTHORIZED, () -> registry.resolve(v1(server), soon()));

        assertTrue(problem.contains("token realm"), problem);
      }
    }
  }

  @Test
  void asksARealmAtAnotherPortOfLoopback() throws Exception {
    try (var server = Registries.start(BEARER.withRealm(new Auth.Realm.OtherServer()));
        var registry = new RemoteRegistry(with(USER))) {
      assertEquals(Optional.of(digested(server)), registry.resolve(v1(server), soon()));
    }
  }

  @Test
  void doesNotAnswerAChallengeThatARedirectLedTo() throws Exception {
    try (var bait =
            new RawServer(
                RawServer.answer(
                    "401 Unauthorized", "", "WWW-Authenticate: Basic realm=\"bait\""));
        var server = Registries.start(new Auth.Basic("user", SECRET));
        var registry = new RemoteRegistry(with(USER))) {
      var to = new dev.countersign.testkit.Fault.RedirectTo(URI.create(bait.url("/x")));
      server.failNext(r -> r.isAuthorized(), to);

      assertFault(Fault.UNAUTHORIZED, () -> registry.fetchManifest(v1(server), soon()));

      assertEquals(1, bait.requests().size());
      assertFalse(bait.requests().getFirst().contains("Authorization"));
    }
  }

  @Test
  void takesNoTokenThatIsNone() throws Exception {
    for (var body :
        List.of(
            "", "{}", "[]", "{\"token\":\"\"}", "{\"token\":\"a\\r\\nX: y\"}", "{\"token\":1}")) {
      try (var server = new RawServer();
          var registry = new RemoteRegistry(with(USER))) {
        server.then(
            RawServer.answer(
                "401 No", "", "WWW-Authenticate: Bearer realm=\"" + server.url("/token") + "\""),
            RawServer.ok(body));

        assertFault(
            Fault.UNAUTHORIZED,
            () -> registry.resolve(Registries.repository(server.hostAndPort()).tag("v1"), soon()));
      }
    }
  }

  private static RegistryOptions trusting(PlainHttp rule) {
    return with(USER)
        .withConnections(
            Connections.DEFAULT.withTls(() -> Identity.clientContext(CA)).withPlainHttp(rule));
  }

  private static String bearer(String realm) {
    return "WWW-Authenticate: Bearer realm=\"" + realm + "\"";
  }

  @Test
  void asksARealmOfAnotherNameOverTls() throws Exception {
    var password = new Auth.Basic("user", SECRET);
    // What stands in for a realm gives no token, but it tells what it was shown.
    try (var realm = Registries.startHttps(CA.server("auth.test"), password)) {
      var named = new Auth.Realm.At(URI.create("https://auth.test:" + realm.port() + "/v2/"));
      try (var server = Registries.startHttps(CA.server("registry.test"), BEARER.withRealm(named));
          var registry =
              new RemoteRegistry(trusting(PlainHttp.LOOPBACK_ONLY), Registries.LOOPBACK)) {
        var image = Registries.repository("registry.test:" + server.port()).tag("v1");

        assertFault(Fault.UNAUTHORIZED, () -> registry.resolve(image, soon()));

        assertEquals(List.of(Optional.of("Basic")), authorizations(realm));
        assertEquals(List.of(Optional.empty()), authorizations(server));
      }
    }
  }

  @Test
  void usesTheTokenOfARealmOfAnotherNameAtTheRegistryOnly() throws Exception {
    var elsewhere = BEARER.withRealm(new Auth.Realm.OtherServer());
    try (var server = Registries.startHttps(CA.server("registry.test", "localhost"), elsewhere);
        var registry = new RemoteRegistry(trusting(PlainHttp.LOOPBACK_ONLY), Registries.LOOPBACK)) {
      var image = Registries.repository("registry.test:" + server.port()).tag("v1");

      assertTrue(registry.resolve(image, soon()).isPresent());

      var shown = List.of(Optional.empty(), Optional.of("Basic"), Optional.of("Bearer"));
      assertEquals(shown, authorizations(server));
      assertTrue(server.requests().get(1).request().isToken());
    }
  }

  private static List<Optional<String>> authorizations(InProcessRegistry server) {
    return server.requests().stream().map(r -> r.header("Authorization")).toList();
  }

  @Test
  void showsNothingToAPlainRealmThatARegistryElsewhereNames_CVE_2025_27403() throws Exception {
    try (var bait = new RawServer(RawServer.ok("{\"token\":\"t\"}"))) {
      for (var host : List.of("auth.test", "127.0.0.1", "localhost")) {
        var realm = "http://" + host + ':' + bait.port() + "/token";
        for (var rule : PlainHttp.values()) {
          try (var server =
                  Registries.startHttps(
                      CA.server("registry.test"),
                      BEARER.withRealm(new Auth.Realm.At(URI.create(realm))));
              var registry = new RemoteRegistry(trusting(rule), Registries.LOOPBACK)) {
            var image = Registries.repository("registry.test:" + server.port()).tag("v1");

            assertFault(Fault.UNAUTHORIZED, () -> registry.resolve(image, soon()));
          }
        }
        try (var server =
                new RawServer(RawServer.answer("401 No", "", bearer(realm)), RawServer.HANG_UP);
            var registry =
                new RemoteRegistry(trusting(PlainHttp.INSECURE_ALLOWED), Registries.LOOPBACK)) {
          var image = Registries.repository("registry.test:" + server.port()).tag("v1");

          assertFault(Fault.UNAUTHORIZED, () -> registry.resolve(image, soon()));
        }
      }

      assertEquals(0, bait.connections());
    }
  }

  @Test
  void asksAPlainRealmWithoutCredentialsWhereThatIsAllowed() throws Exception {
    try (var realm = new RawServer(RawServer.ok("{\"token\":\"t\"}"));
        var server =
            new RawServer(
                RawServer.answer("401 No", "", bearer("http://auth.test:" + realm.port() + "/t")),
                RawServer.ok("x"))) {
      var options = trusting(PlainHttp.INSECURE_ALLOWED);
      var anonymous = options.withCredentials(CredentialSource.ANONYMOUS);
      try (var registry = new RemoteRegistry(anonymous, Registries.LOOPBACK)) {
        var image = Registries.repository("registry.test:" + server.port()).tag("v1");

        assertTrue(registry.fetchManifest(image, soon()).isPresent());

        assertFalse(realm.requests().getFirst().contains("Authorization"));
        assertTrue(server.requests().getLast().contains("Authorization: Bearer t"));
      }
    }
  }

  @Test
  void asksNoRealmThatARedirectLedTo() throws Exception {
    try (var realm = new RawServer(RawServer.ok("{\"token\":\"t\"}"));
        var bait = new RawServer(RawServer.answer("401 No", "", bearer(realm.url("/token"))));
        var server = new RawServer();
        var registry = new RemoteRegistry(with(USER))) {
      server.then(RawServer.answer("307 There", "", "Location: " + bait.url("/x")));
      var image = Registries.repository(server.hostAndPort()).tag("v1");

      assertFault(Fault.UNAUTHORIZED, () -> registry.fetchManifest(image, soon()));

      assertEquals(1, bait.requests().size());
      assertEquals(0, realm.connections());
    }
  }
}
