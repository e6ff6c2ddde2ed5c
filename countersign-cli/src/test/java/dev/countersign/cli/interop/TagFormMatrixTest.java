package dev.countersign.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.countersign.testkit.TestImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each command signs in tag form, and each verifies what the others signed: the same exit code in
/// every cell, and on standard output exactly what was signed.
class TagFormMatrixTest {
  private static final String ABSENT_DIGEST = "sha256:" + "0".repeat(64);

  @TempDir static Path folder;
  private static Desk desk;
  private static Sites sites;

  /// A question to a verifier, by words in which `$V1` is a signed image's name up to its tag.
  ///
  /// @param signed the images whose payloads are to be printed
  private record Case(String name, int exit, List<String> signed, String key, List<String> words) {
    static Case good(String name, List<String> signed, String... words) {
      return new Case(name, 0, signed, "good", List.of(words));
    }

    static Case bad(String name, int exit, String... words) {
      return new Case(name, exit, List.of(), "good", List.of(words));
    }

    Case withExit(int newExit) {
      return new Case(name, newExit, signed, key, words);
    }

    Case withKey(String newKey) {
      return new Case(name, exit, signed, newKey, words);
    }
  }

  private static final List<Case> SIGNED =
      List.of(
          Case.good("signed by tag, asked by tag", List.of("plain"), "$/plain:v1"),
          Case.good("signed by tag, asked by digest", List.of("plain"), "$/plain@$plain"),
          Case.good("signed by digest, asked by tag", List.of("digested"), "$/digested:v1"),
          Case.good(
              "signed by digest, asked by digest", List.of("digested"), "$/digested@$digested"),
          Case.good("signed with annotations, asked for none", List.of("noted"), "$/noted:v1"),
          Case.good("one annotation", List.of("noted"), "-a", "env=prod", "$/noted:v1"),
          Case.good(
              "all annotations",
              List.of("noted"),
              "-a",
              "env=prod",
              "-a",
              "a<b=1 & 2",
              "$/noted@$noted"),
          Case.good("two images", List.of("plain", "noted"), "$/plain:v1", "$/noted:v1"),
          Case.bad("annotation of another value", 12, "-a", "env=dev", "$/noted:v1"),
          Case.bad("annotation that was not signed", 12, "-a", "owner=me", "$/noted:v1"),
          Case.bad("annotation asked of a plain signature", 12, "-a", "env=prod", "$/plain:v1"),
          Case.bad("wrong key, by tag", 12, "$/plain:v1").withKey("other"),
          Case.bad("wrong key, by digest", 12, "$/noted@$noted").withKey("other"),
          Case.good(
                  "only the first of two has the annotation",
                  List.of("noted"),
                  "-a",
                  "env=prod",
                  "$/noted:v1",
                  "$/plain:v1")
              .withExit(12),
          Case.bad("signature of another image", 12, "$/plain:moved"));

  private static final List<Case> UNSIGNED =
      List.of(
          Case.bad("unsigned, by tag", 10, "$/unsigned:v1"),
          Case.bad("unsigned, by digest", 10, "$/unsigned@$unsigned"),
          Case.bad("unsigned, with a wrong key", 10, "$/unsigned:v1").withKey("other"),
          Case.bad("unsigned, with annotations", 10, "-a", "env=prod", "$/unsigned:v1"),
          Case.bad("missing tag", 11, "$/unsigned:absent"),
          Case.bad("missing digest", 10, "$/unsigned@" + ABSENT_DIGEST),
          Case.bad("missing repository", 11, "$/absent:v1"),
          Case.bad("missing repository, by digest", 10, "$/absent@" + ABSENT_DIGEST),
          Case.bad("missing tag before an unsigned image", 11, "$/absent:v1", "$/unsigned:v1"),
          Case.bad("unsigned image before a missing tag", 10, "$/unsigned:v1", "$/absent:v1"),
          Case.bad("missing key file", 1, "$/unsigned:v1").withKey("nobody"),
          Case.bad("no image", 1),
          Case.bad("no reference", 1, "bad ref!!"),
          Case.bad("no pair in an annotation", 1, "-a", "env", "$/unsigned:v1"),
          Case.bad("unknown flag", 1, "--no-such-flag", "$/unsigned:v1"));

  @BeforeAll
  static void makeKeys() throws Exception {
    sites = new Sites(folder);
    desk = sites.desk();
    desk.makeKeys(Tool.OURS, "good");
    desk.makeKeys(Tool.OURS, "other");
  }

  @AfterAll
  static void stopRegistries() {
    sites.close();
  }

  @TestFactory
  Stream<DynamicContainer> everySignatureIsVerifiedByEveryCommand() {
    return Stream.of(Sites.Kind.values())
        .map(kind ->
            dynamicContainer(
                "in " + kind, Stream.of(Tool.values()).map(signer -> signed(kind, signer))));
  }

  private static DynamicContainer signed(Sites.Kind kind, Tool signer) {
    var prefix = "t/" + signer.name().toLowerCase(Locale.ROOT);
    Stream<DynamicNode> preparation =
        Stream.of(dynamicTest("signs", () -> sign(sites.at(kind), signer, prefix)));
    return dynamicContainer(
        "signed by " + signer, Stream.concat(preparation, cells(kind, signer, prefix, SIGNED)));
  }

  @TestFactory
  Stream<DynamicContainer> everyCommandRefusesWhatNobodySigned() {
    return Stream.of(Sites.Kind.values())
        .map(kind -> {
          var image = TestImage.oci("unsigned");
          Stream<DynamicNode> preparation =
              Stream.of(
                  dynamicTest("pushes", () -> sites.at(kind).push(image, "u/unsigned", "v1")));
          return dynamicContainer(
              "in " + kind, Stream.concat(preparation, cells(kind, Tool.OURS, "u", UNSIGNED)));
        });
  }

  @ParameterizedTest
  @EnumSource
  void oursTakesTheFlagsOfOthers(Tool other) throws Exception {
    var repository = "f/" + other.name().toLowerCase(Locale.ROOT);
    var image = sites.at(Sites.Kind.IN_PROCESS).push(TestImage.oci(repository), repository, "v1");
    var signing = Stream.of(List.of("sign", "--key", "good.key"), other.signFlags());
    var verifying = Stream.of(List.of("verify", "--key", "good.pub"), other.verifyFlags());

    desk.run(Tool.OURS, words(signing, image)).succeeded();

    desk.run(Tool.OURS, words(verifying, image)).succeeded();
  }

  private static String[] words(Stream<List<String>> flags, String image) {
    return Stream.concat(flags.flatMap(List::stream), Stream.of(image)).toArray(String[]::new);
  }

  private static Stream<DynamicTest> cells(
      Sites.Kind kind, Tool signer, String prefix, List<Case> cases) {
    return cases.stream()
        .flatMap(one ->
            Stream.of(Tool.values())
                .map(verifier ->
                    dynamicTest(
                        one.name + ", verified by " + verifier,
                        () -> {
                          signer.require();
                          verify(sites.at(kind), verifier, prefix, one);
                        })));
  }

  /// Signs as the cases have it; what lies beside the image `plain:moved` is the signature of
  /// `plain`.
  private static void sign(Site site, Tool signer, String prefix) throws Exception {
    for (var name : List.of("plain", "digested", "noted")) {
      site.push(TestImage.oci(name), prefix + "/" + name, "v1");
    }
    var moved = TestImage.oci("moved");
    site.push(moved, prefix + "/plain", "moved");
    var start = site.host() + "/" + prefix;
    desk.sign(signer, "good", start + "/plain:v1").succeeded();
    desk.sign(signer, "good", start + "/digested@" + TestImage.oci("digested").digest())
        .succeeded();
    desk.sign(signer, "good", "-a", "env=prod", "-a", "a<b=1 & 2", start + "/noted:v1").succeeded();
    var signature =
        site.manifest(prefix + "/plain", Site.signatureTag(TestImage.oci("plain").digest()));
    site.pushSignatures(prefix + "/plain", moved.digest(), signature);
  }

  private static void verify(Site site, Tool verifier, String prefix, Case one) throws Exception {
    var words = one.words.stream().map(word -> fill(word, site.host() + "/" + prefix));

    var run = desk.verify(verifier, one.key, words.toArray(String[]::new));

    assertEquals(one.exit, run.exit(), run::toString);
    var printed = new StringBuilder();
    for (var name : one.signed) {
      var payload = site.payload(prefix + "/" + name, TestImage.oci(name).digest());
      printed.append("\n[").append(payload).append("]\n");
    }
    assertEquals(printed.toString(), run.stdout(), run::toString);
  }

  private static String fill(String word, String start) {
    var at = word.indexOf("@$");
    var filled =
        at < 0
            ? word
            : word.substring(0, at) + "@" + TestImage.oci(word.substring(at + 2)).digest();
    return filled.startsWith("$") ? start + filled.substring(1) : filled;
  }
}
