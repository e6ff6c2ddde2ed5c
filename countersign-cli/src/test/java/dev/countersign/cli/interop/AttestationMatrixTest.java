package dev.countersign.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonValue;
import dev.countersign.testkit.TestImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Each command attests, with each kind of key, in each form, of images on registries with and
/// without a list of referrers, and of files; and each verifies what the others attested, as far as
/// cosign can: 3.1 verifies neither its own P-384 and P-521 without a flag, nor its own Ed25519 at
/// all.
class AttestationMatrixTest {
  private static final String TYPE = "https://example.com/scan/v1";
  private static final String PREDICATE = "{\"score\":2.50,\"ok\":true,\"text\":\"a<b & \\u00fc\"}";

  private static final String LINK =
      "{\"_type\":\"link\",\"name\":\"n\",\"command\":[],\"materials\":{},\"products\":{},"
          + "\"byproducts\":{},\"environment\":{}}";
  private static final String NO_ROOTS =
      "{\"mediaType\":\"application/vnd.dev.sigstore.trustedroot+json;version=0.1\"}";

  @TempDir static Path folder;
  private static Desk desk;
  private static Sites sites;

  /// Where an attestation lies. Of a file, the tag form is a bare envelope.
  enum Form {
    TAG,
    BUNDLE;

    private List<String> signFlags(Tool signer) {
      var isBundle = "--new-bundle-format=" + (this == BUNDLE);
      return switch (signer) {
        case OURS -> List.of(isBundle);
        case COSIGN2 ->
            this == TAG ? List.of("--tlog-upload=false") : List.of("--tlog-upload=false", isBundle);
        case COSIGN3 -> List.of("--tlog-upload=false", "--use-signing-config=false", isBundle);
      };
    }

    private List<String> verifyFlags(Tool verifier) {
      return verifier == Tool.COSIGN2 && this == BUNDLE
          ? List.of("--insecure-ignore-tlog", "--new-bundle-format", "--trusted-root", "roots.json")
          : verifier.verifyFlags();
    }
  }

  @BeforeAll
  static void start() throws Exception {
    sites = new Sites(folder);
    desk = sites.desk();
    for (var key : KeyKind.values()) {
      key.make(desk);
    }
    desk.makeKeys(Tool.OURS, "other");
    Files.writeString(desk.folder().resolve("predicate.json"), PREDICATE);
    Files.writeString(desk.folder().resolve("blob"), "a file");
    Files.writeString(desk.folder().resolve("changed"), "another file");
    Files.writeString(desk.folder().resolve("roots.json"), NO_ROOTS);
  }

  @AfterAll
  static void stop() {
    sites.close();
  }

  static List<Arguments> images() {
    var cells = new ArrayList<Arguments>();
    for (var kind : List.of(Sites.Kind.DOCKER_REGISTRY, Sites.Kind.IN_PROCESS)) {
      for (var form : Form.values()) {
        for (var signer : Tool.values()) {
          for (var key : KeyKind.values()) {
            // cosign 2.5 stores bundles only where it may ask a log.
            if (form == Form.TAG || signer != Tool.COSIGN2) {
              cells.add(Arguments.of(kind, form, signer, key));
            }
          }
        }
      }
    }
    return cells;
  }

  @ParameterizedTest(name = "{2} attests with {3} in {1} form in {0}")
  @MethodSource("images")
  void eachVerifiesWhatEachAttestedOfAnImage(Sites.Kind kind, Form form, Tool signer, KeyKind key)
      throws Exception {
    List.of(Tool.values()).forEach(Tool::require);
    var repository =
        String.join("-", "att/" + form, signer.name(), key.name()).toLowerCase(Locale.ROOT);
    var image = sites.at(kind).push(TestImage.oci(repository), repository, "v1");

    attest(signer, form, key, image).succeeded();

    var ours = verify(Tool.OURS, form, key.name(), image).succeeded();
    assertEquals(1, verify(Tool.OURS, form, "other", image).exit());
    assertCosignAgrees(
        signer, key, (verifier, more) -> verify(verifier, form, key.name(), image, more));
    if (isFoundByCosign(signer, key)) {
      var theirs = verify(Tool.COSIGN3, form, key.name(), image);
      assertEquals(envelope(theirs.stdout()), envelope(ours.stdout()));
    }
  }

  static List<Arguments> blobs() {
    var cells = new ArrayList<Arguments>();
    for (var form : Form.values()) {
      for (var signer : Tool.values()) {
        for (var key : KeyKind.values()) {
          cells.add(Arguments.of(form, signer, key));
        }
      }
    }
    return cells;
  }

  @ParameterizedTest(name = "{1} attests with {2} in {0} form")
  @MethodSource("blobs")
  void eachVerifiesWhatEachAttestedOfAFile(Form form, Tool signer, KeyKind key) {
    List.of(Tool.values()).forEach(Tool::require);
    var file = String.join("-", form.name(), signer.name(), key.name()) + ".json";
    var words = new ArrayList<>(List.of("attest-blob", "--key", key.name() + ".key", "--yes"));
    words.addAll(List.of("--predicate", "predicate.json", "--type", TYPE));
    words.addAll(form.signFlags(signer));
    words.addAll(List.of(form == Form.TAG ? "--output-signature" : "--bundle", file, "blob"));

    desk.run(signer, words.toArray(String[]::new)).succeeded();

    assertEquals(0, verifyBlob(Tool.OURS, form, key.name(), file, "blob").exit());
    assertEquals(1, verifyBlob(Tool.OURS, form, key.name(), file, "changed").exit());
    assertEquals(1, verifyBlob(Tool.OURS, form, "other", file, "blob").exit());
    assertCosignAgrees(
        signer,
        key,
        (verifier, more) -> {
          var all = new ArrayList<>(List.of(more));
          all.add("blob");
          return verifyBlob(verifier, form, key.name(), file, all.toArray(String[]::new));
        });
  }

  @ParameterizedTest
  @CsvSource({
    "custom, https://cosign.sigstore.dev/attestation/v1",
    "slsaprovenance, https://slsa.dev/provenance/v0.2",
    "slsaprovenance02, https://slsa.dev/provenance/v0.2",
    "slsaprovenance1, https://slsa.dev/provenance/v1",
    "spdxjson, https://spdx.dev/Document",
    "cyclonedx, https://cyclonedx.org/bom",
    "link, https://in-toto.io/Link/v1",
    "vuln, https://cosign.sigstore.dev/attestation/vuln/v1",
    "openvex, https://openvex.dev/ns",
    "https://e.x/y, https://e.x/y"
  })
  void aTypeIsTheSameInBoth(String name, String uri) throws Exception {
    Tool.COSIGN3.require();
    Files.writeString(desk.folder().resolve("link.json"), LINK);
    for (var signer : List.of(Tool.OURS, Tool.COSIGN3)) {
      var predicate = name.equals("link") ? "link.json" : "predicate.json";
      var image = attestType(signer, Form.BUNDLE, name, predicate);

      for (var verifier : List.of(Tool.OURS, Tool.COSIGN3)) {
        for (var type : List.of(name, uri)) {
          verifyType(verifier, type, image).succeeded();
        }
        assertEquals(1, verifyType(verifier, "https://e.x/another", image).exit());
      }
    }
  }

  /// cosign 3.1 cannot read what it makes of a text: the predicate is no object.
  @ParameterizedTest
  @EnumSource
  void aTextIsReadThoughCosignCannotReadItsOwn(Form form) throws Exception {
    Tool.COSIGN3.require();
    Files.writeString(desk.folder().resolve("sbom.spdx"), "SPDXVersion: SPDX-2.3\n");
    for (var signer : List.of(Tool.OURS, Tool.COSIGN3)) {
      var image = attestType(signer, form, "spdx", "sbom.spdx");

      verifyType(Tool.OURS, "spdx", image).succeeded();
      assertEquals(1, verifyType(Tool.COSIGN3, "spdx", image).exit());
    }
  }

  private static String attestType(Tool signer, Form form, String type, String predicate)
      throws Exception {
    var repository =
        String.join(
                "-", "types/x" + Integer.toHexString(type.hashCode()), form.name(), signer.name())
            .toLowerCase(Locale.ROOT);
    var image = sites.at(Sites.Kind.IN_PROCESS).push(TestImage.oci(repository), repository, "v1");
    var words = new ArrayList<>(List.of("attest", "--key", KeyKind.P256 + ".key", "--yes"));
    words.addAll(List.of("--type", type, "--predicate", predicate));
    words.addAll(form.signFlags(signer));
    words.add(image);
    desk.run(signer, words.toArray(String[]::new)).succeeded();
    return image;
  }

  private static Peer.Run verifyType(Tool verifier, String type, String image) {
    var words =
        new ArrayList<>(
            List.of("verify-attestation", "--key", KeyKind.P256 + ".pub", "--type", type));
    words.addAll(verifier.verifyFlags());
    words.add(image);
    return desk.run(verifier, words.toArray(String[]::new));
  }

  /// A verification by cosign, with more flags.
  private interface Verification {
    Peer.Run run(Tool verifier, String... more);
  }

  /// Asks both of cosign, and cosign 3.1 with the flag that some signatures need.
  private static void assertCosignAgrees(Tool signer, KeyKind key, Verification verification) {
    var expected = isFoundByCosign(signer, key) ? 0 : 1;
    for (var verifier : List.of(Tool.COSIGN2, Tool.COSIGN3)) {
      var run = verification.run(verifier);
      assertEquals(expected, run.exit(), () -> verifier + ": " + run);
    }
    if (expected == 1 && key != KeyKind.ED25519) {
      var hash = key.hash();
      verification.run(Tool.COSIGN3, "--signature-digest-algorithm=" + hash).succeeded();
    }
  }

  /// cosign expects SHA-256, and pure Ed25519. cosign 2.5 signs so, whatever the key; ours and
  /// cosign 3.1 use a curve's own hash; cosign 3.1 signs with prehashed Ed25519.
  private static boolean isFoundByCosign(Tool signer, KeyKind key) {
    return switch (key) {
      case P256, RSA2048 -> true;
      case P384, P521 -> signer == Tool.COSIGN2;
      case ED25519 -> signer != Tool.COSIGN3;
    };
  }

  /// The payload and the signature of the one envelope in `line`.
  private static List<String> envelope(String line) throws FormatException {
    var json = JsonValue.parseObject(Bytes.utf8(line.strip()));
    var signature = json.getArray("signatures").getFirst().asObject("a signature");
    return List.of(json.getString("payload"), signature.getString("sig"));
  }

  private static Peer.Run attest(Tool signer, Form form, KeyKind key, String image) {
    var words = new ArrayList<>(List.of("attest", "--key", key.name() + ".key", "--yes"));
    words.addAll(List.of("--predicate", "predicate.json", "--type", TYPE));
    words.addAll(form.signFlags(signer));
    words.add(image);
    return desk.run(signer, words.toArray(String[]::new));
  }

  private static Peer.Run verify(
      Tool verifier, Form form, String key, String image, String... more) {
    var words = new ArrayList<>(List.of("verify-attestation", "--key", key + ".pub"));
    words.addAll(List.of("--type", TYPE));
    words.addAll(form.verifyFlags(verifier));
    words.addAll(List.of(more));
    words.add(image);
    return desk.run(verifier, words.toArray(String[]::new));
  }

  private static Peer.Run verifyBlob(
      Tool verifier, Form form, String key, String attestation, String... rest) {
    var words = new ArrayList<>(List.of("verify-blob-attestation", "--key", key + ".pub"));
    words.addAll(List.of("--type", TYPE));
    words.addAll(List.of(form == Form.TAG ? "--signature" : "--bundle", attestation));
    words.addAll(form.verifyFlags(verifier));
    words.addAll(List.of(rest));
    return desk.run(verifier, words.toArray(String[]::new));
  }
}
