package dev.countersign.admission;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.cli.interop.Desk;
import dev.countersign.cli.interop.DockerRegistry;
import dev.countersign.cli.interop.Peers;
import dev.countersign.cli.interop.Site;
import dev.countersign.cli.interop.Tool;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.json.JsonValue.JsonBoolean;
import dev.countersign.oci.Digest;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.Identity;
import dev.countersign.testkit.TestImage;
import dev.countersign.testkit.TestIndex;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The images of `end-to-end/images.yaml` in a real registry, signed by the real commands.
final class SignedImages implements AutoCloseable {
  private static final Path FOLDER = Path.of("src/test/resources/end-to-end");
  private static final byte[] OTHER_BYTES = "{\"critical\":{}}".getBytes(UTF_8);
  private static final String OTHER_SIGNATURE = "bm90IGEgc2lnbmF0dXJl";

  private final DockerRegistry registry;
  private final Site site;
  private final Desk desk;
  private final Map<String, String> words = new LinkedHashMap<>();

  private SignedImages(DockerRegistry registry, Desk desk) {
    this.registry = registry;
    this.desk = desk;
    var plain = Identity.clientContext(FakeCa.create());
    site = new Site(URI.create("http://" + registry.host() + "/"), plain);
  }

  /// Pushes and signs all of them.
  ///
  /// @param folder for the registry's files and the keys; `release.pub` is the key to believe
  static SignedImages push(Path folder) throws Exception {
    var registry = DockerRegistry.start(Files.createDirectory(folder.resolve("registry")));
    var images = new SignedImages(registry, Desk.at(folder));
    try {
      images.desk.makeKeys(Tool.COSIGN2, "release");
      images.desk.makeKeys(Tool.COSIGN3, "stranger");
      var pushed = document().getObject("pushed");
      for (var name : pushed.members().keySet()) {
        images.push(name, pushed.getObject(name));
      }
      return images;
    } catch (Exception | Error e) {
      images.close();
      throw e;
    }
  }

  /// The cases that are written for these images.
  List<Case> cases() throws IOException, FormatException {
    var images = Vocabulary.filled(document().getObject("images"), words).asObject("images");
    return Cases.in(FOLDER.resolve("cases"), Cases.vocabulary().live("default", images));
  }

  /// The digest reference of what was pushed under a name.
  String reference(String name) {
    return site.host() + "/acme/" + name + "@" + words.get("{" + name + "}");
  }

  private static JsonObject document() throws IOException, FormatException {
    return Yaml.read(FOLDER.resolve("images.yaml")).asObject("what lies in the registry");
  }

  private void push(String name, JsonObject wish) throws IOException, FormatException {
    var repository = "acme/" + name;
    var first = TestImage.oci(name);
    var isIndex = wish.find("index").equals(Optional.of(new JsonBoolean(true)));
    var reference =
        isIndex
            ? site.push(TestIndex.of(first, TestImage.oci(name, "arm64")), repository, "v1")
            : site.push(first, repository, "v1");
    var digest = reference.substring(reference.indexOf('@') + 1);
    words.put("{" + name + "}", digest);
    for (var signer : wish.findArray("signed")) {
      sign(signer.asString("a command and a key"), reference);
    }
    if (wish.findString("then").isPresent()) {
      harm(wish.getString("then"), repository, digest);
    }
    words.put("{registry}", site.host());
  }

  private void sign(String signer, String reference) {
    var end = signer.lastIndexOf(' ');
    var key = signer.substring(end + 1);
    var run =
        switch (signer.substring(0, end)) {
          case "ours" -> desk.sign(Tool.OURS, key, reference);
          case "cosign 2" -> desk.sign(Tool.COSIGN2, key, "--yes", reference);
          case "cosign 3" -> desk.sign(Tool.COSIGN3, key, "--yes", reference);
          case "cosign 3 bundle" ->
              desk.run(
                  Tool.COSIGN3,
                  "sign",
                  "--key=" + key + ".key",
                  "--tlog-upload=false",
                  "--use-signing-config=false",
                  "--yes",
                  reference);
          default -> throw new IllegalArgumentException("expected a command, got " + signer);
        };
    run.succeeded();
  }

  private void harm(String harm, String repository, String digest)
      throws IOException, FormatException {
    switch (harm) {
      case "payload" -> {
        site.pushBlob(repository, OTHER_BYTES);
        var other = Bytes.copyOf(OTHER_BYTES);
        pushLayer(
            repository,
            digest,
            layer(repository, digest)
                .with("digest", Digest.of(other).toString())
                .with("size", OTHER_BYTES.length));
      }
      case "signature" -> {
        var layer = layer(repository, digest);
        var annotations =
            layer
                .getObject("annotations")
                .with("dev.cosignproject.cosign/signature", OTHER_SIGNATURE);
        pushLayer(repository, digest, layer.with("annotations", annotations));
      }
      case "duplicate" -> {
        var layer = layer(repository, digest);
        pushLayer(repository, digest, layer, layer);
      }
      case "move" -> site.push(TestImage.oci("moved to"), repository, "v1");
      default -> copy(harm.substring("copy ".length()), repository, digest);
    }
  }

  private void copy(String from, String repository, String digest) {
    var source = "acme/" + from + ":" + Site.signatureTag(words.get("{" + from + "}"));
    Peers.require("crane")
        .run(
            "copy",
            "--insecure",
            site.host() + "/" + source,
            site.host() + "/" + repository + ":" + Site.signatureTag(digest))
        .succeeded();
  }

  private JsonObject layer(String repository, String digest) throws IOException, FormatException {
    return site.signatures(repository, digest).getFirst();
  }

  /// Puts a manifest with these signatures in the place of the one that is there.
  private void pushLayer(String repository, String digest, JsonObject... layers)
      throws IOException, FormatException {
    var old = site.manifest(repository, Site.signatureTag(digest));
    var all = new JsonArray(List.<JsonValue>of(layers));
    var manifest = JsonValue.parseObject(Bytes.utf8(old)).with("layers", all);
    site.pushSignatures(repository, digest, manifest.toBytes().toUtf8());
  }

  @Override
  public void close() {
    registry.close();
  }
}
