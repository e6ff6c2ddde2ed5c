package dev.countersign.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.interop.Desk;
import dev.countersign.cli.interop.DockerRegistry;
import dev.countersign.cli.interop.Site;
import dev.countersign.cli.interop.Tool;
import dev.countersign.testkit.Auth;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Fault;
import dev.countersign.testkit.Identity.KeyForm;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.TestImage;
import dev.countersign.testkit.Transport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Set-ups that do not work, and the whole line that each gives: the table of `docs/errors.md`,
/// held against real processes of the command and the service, and a real registry.
class BrokenSetupsTest {
  private static final Pattern ROW = Pattern.compile("\\| ([^|]+) \\| `` (.+) `` \\|");
  private static final String POLICY =
      """
      apiVersion: countersign.dev/v1
      kind: TrustPolicy
      authorities:
        - name: release
          key: {file: release.pub}
        - name: ci
          key: {file: ci.pub}
        - name: next-year
          key: {file: next.pub}
          validFrom: 2199-01-01
      policies:
        - name: default
          transparencyLog: ignored
          rules: [{images: ["**"], anyOf: [release]}]
        - name: both
          transparencyLog: ignored
          rules: [{images: ["**"], allOf: [release, ci]}]
        - name: prod
          transparencyLog: ignored
          rules: [{images: ["**"], anyOf: [release], annotations: {env: prod}}]
        - name: early
          transparencyLog: ignored
          rules: [{images: ["**"], anyOf: [next-year]}]
        - name: narrow
          transparencyLog: ignored
          rules: [{images: ["ghcr.io/acme/**"], anyOf: [release]}]
        - name: teams
          transparencyLog: ignored
          rules: [{images: ["**"], namespaces: [shop], anyOf: [release]}]
      revokedDigests: ["%s"]
      """;

  /// What must not be told anywhere.
  private static final List<String> SECRETS =
      List.of("planted-password", "cGxhbnRlZC1wYXNzd29yZA", "planted-admin-token", "BEGIN PRIVATE");

  @TempDir static Path folder;
  private static final FakeCa CA = FakeCa.create();
  private static final Map<String, String> LINES = new LinkedHashMap<>();
  private static final Map<String, String> NAMES = new LinkedHashMap<>();
  private static final List<AutoCloseable> OPEN = new ArrayList<>();
  private static Desk desk;
  private static Ours ours;
  private static DockerRegistry registry;
  private static Site site;
  private static ProviderClient provider;
  private static InProcessRegistry locked;
  private static ServeProcess serve;

  @BeforeAll
  static void start() throws Exception {
    desk = Desk.at(folder);
    ours = new Ours(folder);
    for (var name : List.of("release", "ci", "next", "stranger")) {
      desk.makeKeys(Tool.OURS, name);
    }
    var server = CA.loopbackServer();
    Files.writeString(folder.resolve("tls.crt"), server.chainPem());
    Files.writeString(folder.resolve("tls.key"), server.keyPem(KeyForm.PKCS8));
    Files.writeString(folder.resolve("ca.crt"), CA.certificatePem());
    registry = open(DockerRegistry.start(Files.createDirectory(folder.resolve("registry"))));
    site = new Site(URI.create("http://" + registry.host() + "/"), SSLContext.getDefault());
    var revoked = image("revoked:v1");
    Files.writeString(
        folder.resolve("policy.yaml"),
        POLICY.formatted(revoked.substring(revoked.indexOf('@') + 1)));
    locked =
        open(
            InProcessRegistry.start(
                InProcessOptions.DEFAULT.withAuth(new Auth.Basic("user", "another-password"))));
    var docker = Files.createDirectory(folder.resolve(".docker"));
    var auth = Base64.getEncoder().encodeToString("user:planted-password".getBytes(UTF_8));
    Files.writeString(
        docker.resolve("config.json"),
        "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(locked.hostAndPort(), auth));
    Files.writeString(folder.resolve("admin-token"), "planted-admin-token");
    var flags =
        List.of(
            "--tls-cert=tls.crt",
            "--tls-key=tls.key",
            "--policy=policy.yaml",
            "--registry-cacert=ca.crt",
            "--allow-http-registry",
            "--deadline=20s");
    serve = open(ServeProcess.start(folder, flags));
    provider = new ProviderClient(serve.port(), CA);
    NAMES.put(registry.host(), "registry.example");
    breakImages();
    breakRegistries();
    breakStarts();
    breakCommands();
  }

  @AfterAll
  static void stop() throws Exception {
    for (var one : OPEN.reversed()) {
      one.close();
    }
  }

  @Test
  void eachBrokenSetUpGivesTheLineOfThePage() throws IOException {
    var page = new LinkedHashMap<String, String>();
    var rows = ROW.matcher(Files.readString(Path.of("../docs/errors.md")));
    while (rows.find()) {
      page.put(rows.group(1), rows.group(2));
    }

    assertTrue(LINES.size() >= 30, LINES::toString);
    assertEquals(table(LINES), table(page));
  }

  /// Credentials, tokens and keys were planted, and all that is told was kept.
  @Test
  void noSecretIsToldAnywhere() throws IOException {
    var told = new ArrayList<String>();
    try (var files = Files.list(folder)) {
      for (var file : files.filter(BrokenSetupsTest::isOutput).toList()) {
        told.add(Files.readString(file));
      }
    }
    told.add(admin("/metrics"));
    told.add(admin("/readyz"));
    var records = admin("/v1/decisions");
    told.add(records);

    assertTrue(records.contains(locked.hostAndPort()) && records.contains("fault"), records);
    assertTrue(told.size() > 20, "what processes wrote was kept");
    for (var secret : SECRETS) {
      for (var text : told) {
        assertFalse(text.contains(secret), () -> secret + " in " + text);
      }
    }
  }

  /// The id of a denial is enough to learn all of it, and the answer is an exit code too.
  @Test
  void explainTellsAllOfADenialByItsId() throws Exception {
    var image = signed("ci", "explained:v1");
    var denial = provider.refusal(image);
    var id = denial.substring(denial.lastIndexOf('[') + 1, denial.length() - 1);
    var admin = "--server=http://127.0.0.1:" + serve.adminPort();

    var byId = ours.run("explain", admin, id);
    var byImage = ours.run("explain", admin, "--output=json", image);
    var byPolicy = ours.run("explain", "--policy=policy.yaml", "--allow-http-registry", image);
    var unknown = ours.run("explain", admin, "d-aaaaaaaa");

    assertEquals(12, byId.exit(), byId::toString);
    var story = byId.stdout();
    assertTrue(story.startsWith("DENIED: " + image + " [" + id + "]\n"), story);
    assertTrue(story.contains("policy     default, rule policies[0].rules[0]\n"), story);
    assertTrue(story.contains("- tag, by ci SHA256:"), story);
    assertTrue(story.contains(": signed by another key\n"), story);
    assertTrue(story.contains("- release SHA256:"), story);
    assertTrue(byImage.stdout().contains("\"id\":\"" + id + '"'), byImage::toString);
    assertEquals(12, byPolicy.exit(), byPolicy::toString);
    assertTrue(byPolicy.stdout().contains("- tag, by ci SHA256:"), byPolicy::toString);
    assertEquals(1, unknown.exit(), unknown::toString);
    assertTrue(unknown.stderr().contains("knows no decision d-aaaaaaaa"), unknown::toString);
  }

  private static boolean isOutput(Path file) {
    var name = file.getFileName().toString();
    return name.endsWith(".log") || name.endsWith(".out") || name.endsWith(".err");
  }

  private static String admin(String path) throws IOException {
    var url = URI.create("http://127.0.0.1:" + serve.adminPort() + path).toURL();
    try (var in = url.openStream()) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static void breakImages() throws Exception {
    provider("the image is not signed", image("unsigned:v1"));
    provider("another key of the policy file signed it", signed("ci", "ci:v1"));
    provider("an unknown key signed it, in tag form", signed("stranger", "stranger:v1"));
    var bundle = image("bundle:v1");
    desk.run(Tool.OURS, "sign", "--key", "stranger.key", bundle).succeeded();
    provider("an unknown key signed it, in bundle form", bundle);
    provider("the tag is missing", registry.host() + "/unsigned:v9");
    provider("the repository is missing", registry.host() + "/nowhere:v1");
    provider("only one of two keys signed it", "policy=both|" + signed("release", "one:v1"));
    provider("a signed annotation is missing", "policy=prod|" + signed("release", "plain:v1"));
    provider(
        "the key does not count yet, or the clock is wrong",
        "policy=early|" + signed("next", "early:v1"));
    provider("no rule of the policy is about the image", "policy=narrow|" + image("narrow:v1"));
    provider("the question names no namespace", "policy=teams|" + image("teams:v1"));
    provider("the constraint names a policy that is not there", "policy=prodd|" + image("typo:v1"));
    provider("the digest is revoked", "policy=default|" + signed("release", "revoked:v1"));
    provider("the image's name is none", "Registry.Example/APP");
    provider("the image lies at an address that is not asked", "169.254.169.254/app:v1");
  }

  private static void breakRegistries() throws Exception {
    var down = InProcessRegistry.start();
    down.close();
    provider("the registry is down", name(down, "down.example"));
    provider("the registry refuses the credentials", name(locked, "locked.example"));
    var strange =
        open(InProcessRegistry.start(InProcessOptions.DEFAULT.withHttps(FakeCa.create())));
    provider(
        "an unknown authority made the registry's certificate", name(strange, "strange.example"));
    var old = CA.expiredServer("127.0.0.1").serverContext();
    var expired =
        open(
            InProcessRegistry.start(
                InProcessOptions.DEFAULT.withTransport(
                    new Transport.Https(old, Transport.ClientCertificate.NOT_ASKED))));
    provider("the registry's certificate has expired", name(expired, "expired.example"));
    var broken = open(InProcessRegistry.start());
    TestImage.oci("broken").pushTo(broken, "app", "v1");
    broken.failAll(request -> true, Fault.Status.of(503, "UNAVAILABLE"));
    provider("the registry answers 503", name(broken, "broken.example"));
    var busy = open(InProcessRegistry.start());
    busy.failAll(request -> true, Fault.Status.tooManyRequests(60));
    provider("the registry's rate limit is used up", name(busy, "busy.example"));
    var lying = open(InProcessRegistry.start());
    TestImage.oci("lying").pushTo(lying, "app", "v1");
    lying.failAll(request -> true, new Fault.CorruptBody());
    provider("the registry sends other bytes than it says", name(lying, "lying.example"));
  }

  private static void breakStarts() throws Exception {
    serve(
        "serve: the certificate's file is missing",
        "--tls-cert=none.crt",
        "--tls-key=tls.key",
        "--key=release.pub");
    var other = CA.loopbackServer();
    Files.writeString(folder.resolve("other.key"), other.keyPem(KeyForm.PKCS8));
    serve(
        "serve: the key is another certificate's",
        "--tls-cert=tls.crt",
        "--tls-key=other.key",
        "--key=release.pub");
    serve("serve: no certificate is named", "--key=release.pub");
    serve("serve: the public key's file is missing", with("--key=none.pub"));
    serve("serve: the private key stands where the public one should", with("--key=release.key"));
    Files.writeString(
        folder.resolve("typo.yaml"), POLICY.replace("anyOf: [ci]", "").replace("anyOf", "anyof"));
    serve("serve: the policy has an unknown field", with("--policy=typo.yaml"));
    Files.writeString(
        folder.resolve("nobody.yaml"), POLICY.replace("anyOf: [release]", "anyOf: [relase]"));
    serve("serve: the policy names nobody", with("--policy=nobody.yaml"));
    serve(
        "serve: the client CA's file holds none",
        with("--key=release.pub", "--client-ca=release.pub"));
    Files.writeString(folder.resolve("token"), "short");
    serve(
        "serve: the token is easily guessed",
        with("--key=release.pub", "--admin-token-file=token"));
  }

  private static void breakCommands() throws Exception {
    var signed = signed("release", "command:v1");
    command("verify: the image is not signed", "verify", "--key=release.pub", image("bare:v1"));
    command("verify: another key signed it", "verify", "--key=ci.pub", signed);
    command(
        "verify: the tag is missing",
        "verify",
        "--key=release.pub",
        registry.host() + "/command:v9");
    command("verify: the registry is down", "verify", "--key=release.pub", "localhost:1/app:v1");
    command("verify: the key's file is missing", "verify", "--key=none.pub", signed);
    command("sign: the password is wrong", "sign", "--key=release.key", signed);
    command("explain: no provider answers", "explain", "--server=http://127.0.0.1:1", "d-aaaaaaaa");
  }

  private static String[] with(String... flags) {
    var all = new ArrayList<>(List.of("--tls-cert=tls.crt", "--tls-key=tls.key"));
    all.addAll(List.of(flags));
    return all.toArray(String[]::new);
  }

  private static void serve(String what, String... flags) throws Exception {
    var words =
        new ArrayList<>(List.of("serve", "--listen=127.0.0.1:0", "--admin-listen=127.0.0.1:0"));
    words.addAll(List.of(flags));
    command(what, words.toArray(String[]::new));
  }

  private static void command(String what, String... words) throws Exception {
    var run = ours.run(words);
    assertTrue(run.exit() != 0, what + run);
    var error = run.stderr().lines().filter(line -> line.startsWith("Error: ")).toList();
    assertEquals(1, error.size(), what + run);
    LINES.put(what, plain(error.getFirst()));
  }

  private static void provider(String what, String key) throws Exception {
    LINES.put(what, plain(provider.refusal(key)));
  }

  private static String image(String name) throws IOException {
    var parts = name.split(":", -1);
    return site.push(TestImage.oci(name), parts[0], parts[1]);
  }

  private static String signed(String key, String name) throws IOException {
    var image = image(name);
    desk.sign(Tool.OURS, key, image).succeeded();
    return image;
  }

  private static String name(InProcessRegistry at, String name) {
    NAMES.put(at.hostAndPort(), name);
    return at.hostAndPort() + "/app:v1";
  }

  /// What differs from run to run in the words of the page.
  private static String plain(String line) {
    var plain = line.replace(folder + "/", "");
    for (var name : NAMES.entrySet()) {
      plain = plain.replace(name.getKey(), name.getValue());
    }
    return plain
        .replaceAll("sha256:[0-9a-f]{64}", "sha256:…")
        .replaceAll("SHA256:[A-Za-z0-9+/]{4}…", "SHA256:ab12…")
        .replaceAll("\\[d-[a-z2-7]{8}]", "[d-7f3kq2ab]");
  }

  private static String table(Map<String, String> lines) {
    var rows = new StringBuilder();
    lines.forEach((what, line) -> rows.append("| " + what + " | `` " + line + " `` |\n"));
    return rows.toString();
  }

  private static <T extends AutoCloseable> T open(T one) {
    OPEN.add(one);
    return one;
  }
}
