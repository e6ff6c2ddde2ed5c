package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.testkit.Fault;
import dev.countersign.testkit.Request;
import dev.countersign.testkit.TestImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VerifyTest {
  private static TestServer server;
  private static Gatekeeper gatekeeper;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start();
    gatekeeper = new Gatekeeper(server);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @AfterEach
  void heal() {
    server.registry.heal();
  }

  @Test
  void saysWhatWasVerifiedAndByWhom() throws Exception {
    var image = server.signed("acme/signed");

    var answer = gatekeeper.ask("/v1/verify", image);

    var digest = server.digest("acme/signed");
    assertEquals(200, answer.status(), answer.body());
    var item =
        ("{\"key\":\"%s\",\"value\":{\"verified\":true,\"digest\":\"%s\",\"reference\":\"%s@%s\","
                + "\"by\":[{\"authority\":\"cosign.pub\",\"key\":\"%s\",\"form\":\"tag\"}],"
                + "\"decision\":\"ID\"}}")
            .formatted(
                image,
                digest,
                server.name("acme/signed"),
                digest,
                TestServer.KEY.publicKey().fingerprint());
    assertEquals(
        "{\"apiVersion\":\"externaldata.gatekeeper.sh/v1beta1\",\"kind\":\"ProviderResponse\","
            + "\"response\":{\"idempotent\":true,\"items\":["
            + item
            + "],\"systemError\":\"\"}}",
        Pattern.compile("\"decision\":\"d-[a-z2-7]{8}\"")
            .matcher(answer.body())
            .replaceAll("\"decision\":\"ID\""));
    assertEquals("application/json", answer.headers().get("content-type"));
  }

  @Test
  void takesThePolicyAndTheNamespaceFromTheKey() throws Exception {
    var image = server.signed("acme/fields");
    var key = "policy=default|ns=shop|" + image;

    var answer = gatekeeper.ask("/v1/verify", key);

    assertEquals(server.digest("acme/fields"), answer.value(key).getString("digest"));
  }

  @Test
  void verifiesADigestWhateverItsTagSays() throws Exception {
    server.signed("acme/digest");
    var key = server.name("acme/digest") + ":gone@" + server.digest("acme/digest");

    var answer = gatekeeper.ask("/v1/verify", key);

    assertEquals(server.digest("acme/digest"), answer.value(key).getString("digest"));
  }

  @Test
  void judgesByThePolicyThatTheKeyNames() throws Exception {
    var image = server.signed("acme/other", TestServer.OTHER_KEY);
    var byOther = "policy=other|" + image;
    var byDefault = "policy=default|ns=shop|" + image;
    var byNone = "policy=others|" + image;

    var answer = gatekeeper.ask("/v1/verify", image, byOther, byDefault, byNone);

    assertEquals("", answer.systemError());
    assertEquals(server.digest("acme/other"), answer.value(byOther).getString("digest"));
    assertError("not signed by a key of policy .*", answer.error(image));
    assertError("not signed by a key of policy .*", answer.error(byDefault));
    assertError("no policy is named \"others\": .*", answer.error(byNone));
  }

  @Test
  void refusesForGoodWhatNothingProves() throws Exception {
    var unsigned = server.unsigned("acme/unsigned");
    var stranger = server.signed("acme/stranger", TestServer.OTHER_KEY);
    var absent = server.name("acme/signed") + ":absent";
    var nowhere = server.name("acme/nowhere") + ":v1";

    var answer = gatekeeper.ask("/v1/verify", unsigned, stranger, absent, nowhere);

    assertEquals("", answer.systemError());
    assertError("not signed \\(.*", answer.error(unsigned));
    assertError("not signed by a key of policy .*", answer.error(stranger));
    assertError("not in the registry .*", answer.error(absent));
    assertError("not in the registry .*", answer.error(nowhere));
    assertFalse(answer.body().contains("verified"), answer.body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "UPPER/case",
        "a b",
        "policy=default|",
        "policy=nobody|nginx",
        "ns=a|policy=default|nginx",
        "policy=default|policy=default|nginx",
        "color=red|nginx",
        "|nginx",
        "nginx|policy=default",
        "docker.io/a&b:1",
        "<script>",
        "a\nb",
        "nginx@sha512:00",
        "日本"
      })
  void refusesForGoodWhatIsNoImageOfAPolicy(String key) throws Exception {
    var answer = gatekeeper.ask("/v1/verify", key);

    assertEquals(200, answer.status());
    assertEquals("", answer.systemError());
    assertError("no (image reference|policy) .*", answer.error(key));
  }

  @Test
  void leavesOutWhatNobodyCanSayNow() throws Exception {
    var good = server.signed("acme/good");
    var unsigned = server.unsigned("acme/bad");
    for (var repository : List.of("f401", "f403", "f429", "f500", "f503")) {
      var status = Integer.parseInt(repository.substring(1));
      server.registry.failAll(of(server.signed("acme/" + repository)), new Fault.Status(status));
    }
    server.registry.failAll(of(server.signed("acme/lost")), new Fault.DropConnection());

    var keys =
        List.of("f401", "f403", "f429", "f500", "f503", "lost").stream()
            .map(name -> server.name("acme/" + name) + ":v1")
            .toList();
    var all = new ArrayList<>(keys);
    all.add(1, good);
    all.add(3, unsigned);
    var answer = gatekeeper.ask("/v1/verify", all.toArray(String[]::new));

    assertEquals(200, answer.status());
    assertEquals(2, answer.items().size(), answer.body());
    assertEquals(server.digest("acme/good"), answer.value(good).getString("digest"));
    assertError("not signed \\(.*", answer.error(unsigned));
    for (var key : keys) {
      assertTrue(answer.systemError().contains(key + ": "), answer.systemError());
    }
  }

  @Test
  void leavesOutWhatHasAnotherDigestThanItMust() throws Exception {
    server.signed("acme/corrupt");
    var key = server.name("acme/corrupt") + "@" + server.digest("acme/corrupt");
    server.registry.failAll(of(key), new Fault.CorruptBody());

    var answer = gatekeeper.ask("/v1/verify", key);

    assertEquals(List.of(), answer.items());
    assertTrue(answer.systemError().startsWith(key + ": "), answer.systemError());
  }

  @Test
  void remembersNothing() throws Exception {
    var image = server.unsigned("acme/later");
    var before = gatekeeper.ask("/v1/verify", image);
    server.signed("acme/later");

    var after = gatekeeper.ask("/v1/verify", image);

    assertError("not signed \\(.*", before.error(image));
    assertEquals(server.digest("acme/later"), after.value(image).getString("digest"));
  }

  /// A tag is looked up as nodes do it; what it names is known already.
  @Test
  void asksOneHeadOfATagWhoseImageIsKnown() throws Exception {
    var image = server.signed("acme/known");
    gatekeeper.ask("/v1/verify", image);
    server.registry.forgetRequests();

    var again = gatekeeper.ask("/v1/verify", image);

    assertEquals(server.digest("acme/known"), again.value(image).getString("digest"));
    assertEquals(
        List.of("HEAD /v2/acme/known/manifests/v1"),
        server.registry.requests().stream()
            .map(one -> one.request().method() + ' ' + one.path())
            .toList());
  }

  /// A header that names another digest leads nowhere: then the bytes are hashed.
  @Test
  void believesNoHeaderThatLeadsToNothing() throws Exception {
    var image = server.signed("acme/header");
    gatekeeper.ask("/v1/verify", image);
    server.registry.failAll(
        of(image).and(request -> request.method().equals("HEAD")),
        new Fault.WrongHeader("Docker-Content-Digest", "sha256:" + "0".repeat(64)));

    var answer = gatekeeper.ask("/v1/verify", image);

    assertEquals(server.digest("acme/header"), answer.value(image).getString("digest"));
  }

  /// What the tag named before proves nothing of what it names now.
  @Test
  void judgesWhatAMovedTagNamesNow() throws Exception {
    var image = server.signed("acme/moved");
    gatekeeper.ask("/v1/verify", image);
    TestImage.oci("another").pushTo(server.registry, "acme/moved", "v1");

    var moved = gatekeeper.ask("/v1/verify", image);

    assertError("not signed \\(.*", moved.error(image));
  }

  private static Predicate<Request> of(String image) {
    var path = image.substring(image.indexOf('/'));
    var repository = path.substring(0, path.lastIndexOf(path.contains("@") ? '@' : ':'));
    return request -> request.path().startsWith("/v2" + repository + '/');
  }

  private static void assertError(String pattern, String error) {
    assertTrue(error.matches(pattern + " \\[d-[a-z2-7]{8}]"), error);
  }
}
