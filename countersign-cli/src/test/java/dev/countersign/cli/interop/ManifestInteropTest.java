package dev.countersign.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.countersign.testkit.TestImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the commands write beside an image is the same, and none harms what another wrote.
class ManifestInteropTest {
  @TempDir static Path folder;
  private static Desk desk;
  private static Sites sites;

  @BeforeAll
  static void makeKeys() throws IOException {
    sites = new Sites(folder);
    desk = sites.desk();
    for (var key : Tool.values()) {
      desk.makeKeys(key == Tool.OURS ? Tool.OURS : Tool.COSIGN3, key.name());
    }
  }

  @AfterAll
  static void stopRegistries() {
    sites.close();
  }

  @ParameterizedTest
  @CsvSource({"COSIGN2, ''", "COSIGN3, ''", "COSIGN2, env=prod", "COSIGN3, env=prod"})
  void ourManifestIsTheirsButForSignatures(Tool cosign, String annotation) throws Exception {
    var flags = annotation.isEmpty() ? new String[0] : new String[] {"-a", annotation};

    var theirs = written(cosign, flags);
    var ours = written(Tool.OURS, flags);

    assertEquals(theirs, ours);
  }

  /// Two signatures of each kind in one list: one more key, and one more claim of the same key.
  @ParameterizedTest
  @CsvSource({"COSIGN2", "COSIGN3"})
  void ourLongerListIsTheirsButForSignatures(Tool cosign) throws Exception {
    var lists = new ArrayList<String>();
    for (var tool : List.of(cosign, Tool.OURS)) {
      var image = push("m/longer", "longer by " + tool + " and " + cosign);
      desk.sign(tool, "OURS", reference(image)).succeeded();
      desk.sign(tool, "COSIGN2", reference(image)).succeeded();
      desk.sign(tool, "COSIGN2", "-a", "k=v", reference(image)).succeeded();
      lists.add(masked(site().manifest(image.repository(), tag(image))));
    }

    assertEquals(lists.getFirst(), lists.getLast());
  }

  @ParameterizedTest
  @CsvSource({
    "COSIGN2, OURS, COSIGN3",
    "COSIGN3, OURS, COSIGN2",
    "OURS, COSIGN2, COSIGN3",
    "COSIGN2, COSIGN3, OURS"
  })
  void nobodyLosesWhatOthersSigned(Tool first, Tool second, Tool third) throws Exception {
    var image = push("mixed-" + first + second, third);
    var before = List.<String>of();
    for (var signer : List.of(first, second, third)) {
      desk.sign(signer, signer.name(), reference(image)).succeeded();
      var after = layers(image);
      assertEquals(before, after.subList(0, before.size()), signer::toString);
      assertEquals(before.size() + 1, after.size(), signer::toString);
      before = after;
    }

    for (var verifier : Tool.values()) {
      for (var signer : Tool.values()) {
        var run = desk.verify(verifier, signer.name(), reference(image));
        assertEquals(0, run.exit(), () -> verifier + " of " + signer + ": " + run);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "OURS, OURS", "OURS, COSIGN2", "OURS, COSIGN3",
    "COSIGN2, OURS", "COSIGN3, OURS", "COSIGN2, COSIGN3"
  })
  void signingAgainWithTheSameKeyAddsNothing(Tool first, Tool second) throws Exception {
    var image = push("twice-" + first, second);
    desk.sign(first, "OURS", reference(image)).succeeded();
    var before = site().manifest(image.repository(), tag(image));

    desk.sign(second, "OURS", reference(image)).succeeded();

    assertEquals(before, site().manifest(image.repository(), tag(image)));
  }

  @ParameterizedTest
  @CsvSource({"OURS, COSIGN2", "COSIGN2, OURS", "COSIGN3, OURS"})
  void verifyPrintsEachSignatureOfTheKey(Tool first, Tool second) throws Exception {
    var image = push("claims-" + first, second);
    desk.sign(first, "OURS", reference(image)).succeeded();
    desk.sign(second, "OURS", "-a", "env=prod", reference(image)).succeeded();
    desk.sign(second, "COSIGN2", "-a", "env=dev", reference(image)).succeeded();

    var printed =
        Stream.of(Tool.values())
            .map(tool -> desk.verify(tool, "OURS", reference(image)).succeeded().stdout())
            .collect(Collectors.toSet());

    var payloads = new ArrayList<String>();
    for (var layer : site().signatures(image.repository(), image.digest()).subList(0, 2)) {
      payloads.add(site().blob(image.repository(), layer.getString("digest")));
    }
    assertEquals(Set.of("\n[" + String.join(",", payloads) + "]\n"), printed);
  }

  private record Pushed(String host, String repository, String digest) {}

  private static Pushed push(String text, Tool tool) throws Exception {
    return push("m/" + (text + tool).replace(" ", "").toLowerCase(Locale.ROOT), text);
  }

  private static Pushed push(String repository, String text) throws Exception {
    var image = TestImage.oci(text);
    site().push(image, repository, "v1");
    return new Pushed(site().host(), repository, image.digest());
  }

  private static String reference(Pushed image) {
    return image.host() + "/" + image.repository() + "@" + image.digest();
  }

  private static String tag(Pushed image) {
    return Site.signatureTag(image.digest());
  }

  /// The manifest, its configuration and what is signed, without what differs between images.
  private static String written(Tool tool, String... flags) throws Exception {
    var image = TestImage.oci("written by " + tool + List.of(flags));
    site().push(image, "m/written", "v1");
    var words =
        Stream.concat(Stream.of(flags), Stream.of(site().host() + "/m/written@" + image.digest()));
    desk.sign(tool, "OURS", words.toArray(String[]::new)).succeeded();
    var manifest = site().manifest("m/written", Site.signatureTag(image.digest()));
    var config = site().blob("m/written", Site.configDigest(manifest));
    return masked(manifest + "\n" + config + "\n" + site().payload("m/written", image.digest()));
  }

  private static String masked(String text) {
    return text.replaceAll("sha256:[0-9a-f]{64}", "sha256:…")
        .replaceAll("cosign/signature\":\"[^\"]+\"", "cosign/signature\":\"…\"");
  }

  private static List<String> layers(Pushed image) throws Exception {
    return site().signatures(image.repository(), image.digest()).stream()
        .map(Object::toString)
        .toList();
  }

  private static Site site() throws Exception {
    return sites.at(Sites.Kind.DOCKER_REGISTRY);
  }
}
