package dev.countersign.registry;

import static dev.countersign.registry.Registries.assertFault;
import static dev.countersign.registry.Registries.soon;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.Bytes;
import dev.countersign.oci.Content;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.Digest;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.Manifest;
import dev.countersign.oci.MediaType;
import dev.countersign.registry.ContentStore.Precondition;
import dev.countersign.registry.RegistryException.Fault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageLayoutTest {
  private static final Bytes BLOB = Bytes.utf8("{}");
  private static final Descriptor CONFIG = new Content(MediaType.OCI_CONFIG, BLOB).descriptor();
  private static final Content IMAGE = new Manifest.Image(CONFIG, List.of()).toContent();
  private static final Digested NAME = ImageLayout.REPOSITORY.digest(IMAGE.digest());

  @TempDir Path folder;

  @Test
  void givesBackWhatWasPushedAndPublished() throws IOException {
    write();

    var layout = ImageLayout.open(folder);

    var tag = ImageLayout.REPOSITORY.tag("v1");
    assertEquals(Optional.of(NAME), layout.resolve(tag, soon()));
    assertEquals(IMAGE, layout.fetchManifest(tag, soon()).orElseThrow().content());
    assertEquals(IMAGE, layout.fetchManifest(NAME, soon()).orElseThrow().content());
    assertEquals(Optional.of(BLOB), layout.fetchBlob(ImageLayout.REPOSITORY, CONFIG, 10, soon()));
    assertTrue(layout.hasBlob(ImageLayout.REPOSITORY, CONFIG.digest(), soon()));
  }

  @Test
  void leavesTheOldIndexUntilTheNewOneIsPublished() throws IOException {
    write();
    var other = new Manifest.Image(CONFIG, List.of(CONFIG)).toContent();

    var layout = ImageLayout.create(folder);
    push(layout, "v2", other);

    assertEquals(List.of("v1"), tags(ImageLayout.open(folder)));
    layout.publish();
    assertEquals(List.of("v2"), tags(ImageLayout.open(folder)));
  }

  @Test
  void leavesNoOtherFilesBehind() throws IOException {
    write();

    try (var files = Files.walk(folder)) {
      var names = files.filter(Files::isRegularFile).map(folder::relativize).map(Path::toString);
      assertEquals(
          List.of(
              "blobs/sha256/" + CONFIG.digest().hex(),
              "blobs/sha256/" + IMAGE.digest().hex(),
              "index.json",
              "oci-layout"),
          names.sorted((a, b) -> order(a).compareTo(order(b))).toList());
    }
  }

  private static String order(String name) {
    return name.endsWith(IMAGE.digest().hex()) ? "blobs/sha256/z" : name.replace("/sha256/", "/a");
  }

  @Test
  void findsNothingThatIsNotThere() throws IOException {
    write();
    var layout = ImageLayout.open(folder);
    var absent = ImageLayout.REPOSITORY.digest(Digest.of(Bytes.utf8("?")));

    assertEquals(Optional.empty(), layout.resolve(ImageLayout.REPOSITORY.tag("v2"), soon()));
    assertEquals(Optional.empty(), layout.fetchManifest(absent, soon()));
    assertFalse(layout.deleteManifest(absent, soon()));
  }

  @Test
  void findsWhatRefersToTheImageThoughNoIndexListsIt() throws IOException {
    write();
    var referrer = referrer();
    Files.write(blob(referrer.digest()), referrer.bytes().toArray());

    var found = ImageLayout.open(folder).fetchReferrers(NAME, soon()).orElseThrow();

    assertEquals(
        List.of(referrer.digest()), found.manifests().stream().map(Descriptor::digest).toList());
    assertEquals("a/b", found.manifests().getFirst().artifactType());
    assertEquals(Map.of("k", "v"), found.manifests().getFirst().annotations());
  }

  @Test
  void listsWhatRefersToAnImageSoThatOthersFindIt() throws IOException {
    var layout = ImageLayout.create(folder);
    push(layout, "v1", IMAGE);
    var referrer = referrer();
    layout.pushManifest(
        ImageLayout.REPOSITORY.digest(referrer.digest()),
        referrer,
        new Precondition.None(),
        soon());

    assertEquals(
        List.of(IMAGE.digest(), referrer.digest()),
        layout.entries().stream().map(Descriptor::digest).toList());
  }

  @Test
  void refusesAFileThatHoldsSomethingElse() throws IOException {
    write();
    Files.writeString(blob(CONFIG.digest()), "!!");
    Files.writeString(blob(IMAGE.digest()), "{}");
    var layout = ImageLayout.open(folder);

    assertFault(Fault.MISMATCH, () -> layout.fetchManifest(NAME, soon()));
    assertFault(Fault.MISMATCH, () -> layout.fetchBlob(ImageLayout.REPOSITORY, CONFIG, 10, soon()));
    assertFault(
        Fault.MISMATCH,
        () ->
            layout.readBlob(
                ImageLayout.REPOSITORY, CONFIG, content -> content.readAllBytes(), soon()));
    assertEquals(List.of(), layout.fetchReferrers(NAME, soon()).orElseThrow().manifests());
  }

  @Test
  void followsNoLinks(@TempDir Path elsewhere) throws IOException {
    write();
    var outside = Files.write(elsewhere.resolve("config"), BLOB.toArray());
    Files.delete(blob(CONFIG.digest()));
    Files.createSymbolicLink(blob(CONFIG.digest()), outside);

    assertFalse(ImageLayout.open(folder).hasBlob(ImageLayout.REPOSITORY, CONFIG.digest(), soon()));
  }

  @Test
  void writesThroughNoLink(@TempDir Path elsewhere) throws IOException {
    Files.createSymbolicLink(folder.resolve("blobs"), elsewhere);
    var layout = ImageLayout.create(folder);

    assertThrows(IOException.class, () -> layout.pushBlob(ImageLayout.REPOSITORY, BLOB, soon()));
  }

  @Test
  void refusesWhatIsNoLayout() throws IOException {
    write();
    refuses("oci-layout", "{\"imageLayoutVersion\":\"2.0.0\"}");
    refuses("oci-layout", "{}");
    refuses("oci-layout", " ".repeat(2_000));
    refuses("index.json", "[]");
    refuses("index.json", new String(IMAGE.bytes().toArray(), UTF_8));
    refuses("index.json", " ".repeat(ContentStore.MAX_MANIFEST_BYTES + 1));
    refuses(
        "index.json",
        """
        {"schemaVersion":2,"manifests":[{"mediaType":"a","size":1,"digest":"sha256:../../x"}]}\
        """);
    assertThrows(IOException.class, () -> ImageLayout.open(folder.resolve("absent")));
  }

  private void refuses(String file, String text) throws IOException {
    var before = Files.readString(folder.resolve(file));
    Files.writeString(folder.resolve(file), text);
    assertThrows(IOException.class, () -> ImageLayout.open(folder), text);
    Files.writeString(folder.resolve(file), before);
  }

  @Test
  void storesNoBlobUnderAnotherDigest() {
    var layout = ImageLayout.create(folder);
    var longer = new ByteArrayInputStream(new byte[] {'{', ' '});

    assertFault(
        Fault.MISMATCH, () -> layout.pushBlob(ImageLayout.REPOSITORY, CONFIG, longer, soon()));
    assertFalse(layout.hasBlob(ImageLayout.REPOSITORY, CONFIG.digest(), soon()));
  }

  @Test
  void overwritesATagOnlyWhileItIsWhatWasRead() throws IOException {
    write();
    var layout = ImageLayout.open(folder);
    var tag = ImageLayout.REPOSITORY.tag("v1");
    var read = layout.fetchManifest(tag, soon()).orElseThrow();
    var other = new Manifest.Image(CONFIG, List.of(CONFIG)).toContent();
    push(layout, "v1", other);

    assertFault(Fault.CHANGED, () -> layout.pushManifest(tag, IMAGE, read.unchanged(), soon()));
  }

  @Test
  void deletesTagsAndManifests() throws IOException {
    write();
    var layout = ImageLayout.open(folder);

    assertTrue(layout.deleteManifest(ImageLayout.REPOSITORY.tag("v1"), soon()));
    assertTrue(layout.fetchManifest(NAME, soon()).isPresent());
    assertTrue(layout.deleteManifest(NAME, soon()));
    assertTrue(layout.fetchManifest(NAME, soon()).isEmpty());
  }

  private void write() throws IOException {
    var layout = ImageLayout.create(folder);
    layout.pushBlob(ImageLayout.REPOSITORY, BLOB, soon());
    push(layout, "v1", IMAGE);
    layout.publish();
  }

  private static void push(ImageLayout layout, String tag, Content manifest) throws IOException {
    layout.pushManifest(ImageLayout.REPOSITORY.tag(tag), manifest, new Precondition.None(), soon());
  }

  private static List<String> tags(ImageLayout layout) {
    return layout.entries().stream()
        .map(entry -> entry.annotations().getOrDefault(ImageLayout.TAG, ""))
        .toList();
  }

  private static Content referrer() {
    return new Manifest.Image(
            CONFIG, List.of(), Map.of("k", "v"), Optional.of(IMAGE.descriptor()), "a/b")
        .toContent();
  }

  private Path blob(Digest digest) {
    return folder.resolve("blobs/sha256").resolve(digest.hex());
  }
}
