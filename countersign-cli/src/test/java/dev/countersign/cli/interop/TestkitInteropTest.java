package dev.countersign.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Other people's clients work with the testkit's registry as with a real one.
class TestkitInteropTest {
  private static final String TYPE = "application/vnd.example.note";

  @TempDir static Path folder;
  private static Sites sites;

  private Desk desk;

  @BeforeAll
  static void open() {
    sites = new Sites(folder);
  }

  @BeforeEach
  void clearDesk() throws IOException {
    desk = sites.desk();
  }

  @AfterAll
  static void stopRegistries() {
    sites.close();
  }

  @ParameterizedTest
  @EnumSource
  void cranePushesCopiesAndPulls(Sites.Kind kind) throws Exception {
    var site = sites.at(kind);
    var image = site.host() + "/crane/one:v1";
    var copy = site.host() + "/crane/two:v2";
    Files.write(desk.folder().resolve("layer.tar"), TestImage.oci("crane").layer());

    var pushed = crane("append", "--oci-empty-base", "-f", "layer.tar", "-t", image).strip();
    crane("copy", image, copy);
    crane("tag", copy, "v3");
    crane("pull", "--format", "oci", copy, "pulled");

    var digest = pushed.substring(pushed.indexOf('@') + 1);
    assertEquals(digest, crane("digest", copy).strip());
    assertEquals(site.manifest("crane/one", "v1"), crane("manifest", copy));
    assertEquals(
        List.of("v2", "v3"), crane("ls", site.host() + "/crane/two").lines().sorted().toList());
    assertTrue(Files.readString(desk.folder().resolve("pulled/index.json")).contains(digest));
    crane("validate", "--remote", copy);
  }

  @ParameterizedTest
  @EnumSource
  void orasPushesAttachesFindsCopiesAndPulls(Sites.Kind kind) throws Exception {
    var site = sites.at(kind);
    var artifact = site.host() + "/oras/one:v1";
    var copy = site.host() + "/oras/two:v1";
    Files.writeString(desk.folder().resolve("note.txt"), "a note");

    oras(site, "push", artifact, "--artifact-type", TYPE, "note.txt");
    oras(site, "attach", artifact, "--artifact-type", TYPE + ".first", "note.txt");
    oras(site, "attach", artifact, "--artifact-type", TYPE + ".second", "note.txt");
    copy(site, artifact, copy);
    oras(site, "pull", copy, "-o", "pulled");

    assertEquals("a note", Files.readString(desk.folder().resolve("pulled/note.txt")));
    for (var place : List.of(artifact, copy)) {
      assertEquals(
          List.of(TYPE + ".first", TYPE + ".second"),
          found(oras(site, "discover", "--format", "json", place)));
      var filtered =
          oras(site, "discover", "--format", "json", "--artifact-type", TYPE + ".second", place);
      assertEquals(List.of(TYPE + ".second"), found(filtered));
    }
    assertEquals(site.manifest("oras/one", "v1"), site.manifest("oras/two", "v1"));
    assertEquals(site.manifest("oras/one", "v1"), oras(site, "manifest", "fetch", copy).strip());
  }

  /// Ours reads no bundles yet, so it is not asked.
  @ParameterizedTest
  @EnumSource
  void cosign3KeepsItsBundlesBesideAnImage(Sites.Kind kind) throws Exception {
    var site = sites.at(kind);
    var content = TestImage.oci("bundled");
    var image = site.push(content, "bundle/one", "v1");
    var other = site.push(TestImage.oci("unsigned"), "bundle/one", "v2");
    desk.makeKeys(Tool.OURS, "good");
    desk.makeKeys(Tool.OURS, "other");

    var flags = List.of("sign", "--key", "good.key", "--tlog-upload=false");
    var words = Stream.concat(flags.stream(), Stream.of("--use-signing-config=false", image));
    desk.run(Tool.COSIGN3, words.toArray(String[]::new)).succeeded();

    desk.verify(Tool.COSIGN3, "good", image).succeeded();
    desk.verify(Tool.COSIGN3, "good", site.host() + "/bundle/one:v1").succeeded();
    assertEquals(1, desk.verify(Tool.COSIGN3, "other", image).exit());
    assertEquals(10, desk.verify(Tool.COSIGN3, "good", other).exit());
    assertEquals(10, desk.verify(Tool.COSIGN2, "good", image).exit());
    var hasFallbackTag = site.has("bundle/one", content.digest().replace(':', '-'));
    assertEquals(kind != Sites.Kind.IN_PROCESS, hasFallbackTag);
  }

  @ParameterizedTest
  @EnumSource
  void allCommandsUseItOnPlainHttp(Tool tool) throws IOException {
    try (var registry = InProcessRegistry.start()) {
      var content = TestImage.oci("plain");
      content.pushTo(registry, "plain/one", "v1");
      var image = registry.hostAndPort() + "/plain/one@" + content.digest();
      desk.makeKeys(Tool.OURS, "good");

      desk.sign(tool, "good", image).succeeded();

      desk.verify(tool, "good", image).succeeded();
    }
  }

  /// The types of what refers to an artifact, as `oras discover` tells them.
  private static List<String> found(String json) throws FormatException {
    var members = JsonValue.parseObject(Bytes.utf8(json));
    var types = new ArrayList<String>();
    for (var referrer : members.getArray("referrers")) {
      types.add(((JsonObject) referrer).getString("artifactType"));
    }
    return types.stream().sorted().toList();
  }

  private String crane(String... words) {
    var all = Stream.concat(Stream.of("--insecure"), Stream.of(words)).toArray(String[]::new);
    return run("crane", all);
  }

  private String oras(Site site, String... words) {
    return run(
        "oras", Stream.concat(Stream.of(words), Stream.of(plain(site, ""))).toArray(String[]::new));
  }

  private void copy(Site site, String from, String to) {
    run("oras", "copy", "-r", from, to, plain(site, "from-"), plain(site, "to-"));
  }

  private static String plain(Site site, String end) {
    return "--" + end + "plain-http=" + site.uri().getScheme().equals("http");
  }

  private String run(String peer, String... words) {
    return Peers.require(peer).runIn(desk.folder(), desk.environment(), words).succeeded().stdout();
  }
}
