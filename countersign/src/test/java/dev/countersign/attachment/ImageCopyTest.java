package dev.countersign.attachment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.attachment.ImageCopy.Part;
import dev.countersign.format.Bytes;
import dev.countersign.key.SoftwareKey;
import dev.countersign.oci.Content;
import dev.countersign.oci.Digest;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.Manifest;
import dev.countersign.oci.MediaType;
import dev.countersign.oci.Referrer;
import dev.countersign.oci.Repository;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.ImageLayout;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.registry.RemoteRegistry;
import dev.countersign.registry.Retry;
import dev.countersign.sign.Signer;
import dev.countersign.testkit.Fault;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.Quirk;
import dev.countersign.testkit.TestImage;
import dev.countersign.testkit.TestIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ImageCopyTest {
  private static final SoftwareKey KEY = SoftwareKey.generate(new SecureRandom());
  private static final SoftwareKey OTHER_KEY = SoftwareKey.generate(new SecureRandom());
  private static final Instant NOW = Instant.EPOCH;
  private static final TestImage IMAGE = TestImage.oci("copied");
  private static final Set<Part> ALL = EnumSet.allOf(Part.class);

  private final List<InProcessRegistry> servers = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private final RemoteRegistry registry =
      new RemoteRegistry(RegistryOptions.DEFAULT.withRetry(Retry.NEVER));
  private final Deadline deadline = Deadline.after(Duration.ofMinutes(1));

  /// Who lists referrers.
  enum Lists {
    REGISTRY,
    INDEX;

    InProcessOptions options() {
      return switch (this) {
        case REGISTRY -> InProcessOptions.DEFAULT;
        case INDEX -> InProcessOptions.DEFAULT.withQuirks(Quirk.NO_REFERRERS_API);
      };
    }
  }

  @AfterEach
  void stop() {
    registry.close();
    servers.forEach(InProcessRegistry::close);
  }

  @ParameterizedTest
  @EnumSource
  void copiesBothFormsAndTheTagLast(Lists lists) throws Exception {
    var source = signed(start(Lists.REGISTRY), IMAGE.digest());
    var server = start(lists);
    var target = repository(server).tag("v1");

    copy(source, target, ALL);

    assertEquals(2, signatures(target.repository().digest(source.digest())));
    assertEquals(Optional.of(IMAGE.digest()), server.digest("a/b", "v1"));
    assertEquals("v1", lastManifestPut(server));
  }

  @ParameterizedTest
  @EnumSource
  void putsNothingTwice(Lists lists) throws Exception {
    var source = signed(start(Lists.REGISTRY), IMAGE.digest());
    var server = start(lists);
    var target = repository(server).tag("v1");
    copy(source, target, ALL);
    var tags = server.tags("a/b");
    server.forgetRequests();

    copy(source, target, ALL);

    assertEquals(tags, server.tags("a/b"));
    assertEquals(2, signatures(target.repository().digest(source.digest())));
    assertTrue(
        server.requests().stream()
            .filter(request -> request.method().equals("PUT"))
            .allMatch(request -> request.path().contains("/manifests/sha256:")),
        () -> server.requests().toString());
  }

  @ParameterizedTest
  @EnumSource
  void neverPutsTheImageWhereTheListOfReferrersBelongs(Lists lists) throws Exception {
    var source = signed(start(Lists.INDEX), IMAGE.digest());
    var server = start(lists);

    copy(source, repository(server).tag("v1"), ALL);

    var list = server.manifest("a/b", "sha256-" + source.digest().hex());
    assertEquals(lists == Lists.INDEX, list.isPresent());
    if (list.isPresent()) {
      assertTrue(new String(list.get(), UTF_8).contains("\"manifests\""));
    }
  }

  @ParameterizedTest
  @EnumSource
  void addsToWhatIsAttachedAtTheTarget(Lists lists) throws Exception {
    var source = signed(start(Lists.REGISTRY), IMAGE.digest());
    var server = start(lists);
    IMAGE.pushTo(server, "a/b", "v1");
    sign(repository(server).digest(source.digest()), OTHER_KEY);

    copy(source, repository(server).tag("v1"), ALL);

    assertEquals(4, signatures(repository(server).digest(source.digest())));
  }

  @ParameterizedTest
  @EnumSource
  void copiesAllThatAnIndexListsWithItsSignatures(Lists lists) throws Exception {
    var from = start(Lists.REGISTRY);
    var index = TestIndex.of(IMAGE, TestImage.oci("two", "arm64"));
    index.pushTo(from, "a/b", "v1");
    var source = repository(from).digest(Digest.parse(index.digest()));
    for (var image : index.images()) {
      sign(repository(from).digest(Digest.parse(image.digest())), KEY);
    }
    sign(source, KEY);
    var server = start(lists);

    copy(source, repository(server).tag("v1"), ALL);

    assertEquals(2, signatures(repository(server).digest(source.digest())));
    for (var image : index.images()) {
      assertEquals(2, signatures(repository(server).digest(Digest.parse(image.digest()))));
      assertArrayEquals(image.layer(), blob(server, image.layer()));
    }
  }

  @Test
  void copiesWhatRefersToASignature() throws Exception {
    var from = start(Lists.REGISTRY);
    var source = signed(from, IMAGE.digest());
    var bundle = registry.fetchReferrers(source, deadline).orElseThrow().manifests().getFirst();
    var remark = remark(from, repository(from).digest(bundle.digest()));
    var server = start(Lists.INDEX);

    copy(source, repository(server).tag("v1"), ALL);

    var found = ReferrerList.fetch(registry, repository(server).digest(bundle.digest()), deadline);
    assertEquals(List.of(remark), found.manifests().stream().map(one -> one.digest()).toList());
  }

  @ParameterizedTest
  @EnumSource
  void leavesNoTagWhenItBreaksAndCompletesInASecondRun(Lists lists) throws Exception {
    var source = signed(start(Lists.REGISTRY), IMAGE.digest());
    for (int puts = 0; puts < 20; puts++) {
      var server = start(lists);
      var target = repository(server).tag("v1");
      var left = new int[] {puts};
      server.failAll(
          request -> request.method().equals("PUT") && left[0]-- <= 0, new Fault.Status(500));
      try {
        copy(source, target, ALL);
        return; // It needed no more.
      } catch (IOException e) {
        assertEquals(Optional.empty(), server.digest("a/b", "v1"), "after " + puts);
      }
      server.heal();

      copy(source, target, ALL);

      assertEquals(2, signatures(target.repository().digest(source.digest())), "after " + puts);
      assertEquals(Optional.of(IMAGE.digest()), server.digest("a/b", "v1"));
    }
    throw new AssertionError("expected a copy to end");
  }

  @Test
  void failsRatherThanLosesWhatItCannotSee() throws Exception {
    var from = start(Lists.REGISTRY);
    var source = signed(from, IMAGE.digest());
    var server = start(Lists.REGISTRY);
    from.failAll(request -> request.path().contains("/referrers/"), new Fault.Status(500));

    assertThrows(IOException.class, () -> copy(source, repository(server).tag("v1"), ALL));

    assertEquals(Optional.empty(), server.digest("a/b", "v1"));
  }

  @Test
  void movesNoBytesInsideOneRegistry() throws Exception {
    var server = start(Lists.REGISTRY);
    var source = signed(server, IMAGE.digest());
    server.forgetRequests();

    copy(source, new Repository(server.hostAndPort(), "c/d").tag("v1"), ALL);

    assertEquals(
        0,
        server.requests().stream()
            .filter(request -> request.method().equals("GET") && request.path().contains("/blobs/"))
            .count());
    assertEquals(
        2, signatures(new Repository(server.hostAndPort(), "c/d").digest(source.digest())));
  }

  @Test
  void copiesOnlyTheWantedParts() throws Exception {
    var source = signed(start(Lists.REGISTRY), IMAGE.digest());
    var server = start(Lists.INDEX);
    IMAGE.pushTo(server, "a/b");

    copy(source, repository(server).tag("v1"), Set.of(Part.ATTESTATIONS));
    assertEquals(0, signatures(repository(server).digest(source.digest())));
    copy(source, repository(server).tag("v1"), Set.of(Part.SIGNATURES));

    assertEquals(2, signatures(repository(server).digest(source.digest())));
    assertEquals(Optional.empty(), server.digest("a/b", "v1"));
  }

  @Test
  void keepsAnotherSbomOfTheTarget() throws Exception {
    var from = start(Lists.REGISTRY);
    var source = signed(from, IMAGE.digest());
    var server = start(Lists.REGISTRY);
    var tag = "sha256-" + source.digest().hex() + ".sbom";
    IMAGE.pushTo(from, "a/b", tag);
    var other = TestImage.oci("other SBOM");
    other.pushTo(server, "a/b", tag);

    copy(source, repository(server).tag("v1"), ALL);

    assertEquals(Optional.of(other.digest()), server.digest("a/b", tag));
    assertTrue(told.stream().anyMatch(text -> text.contains(".sbom")), told::toString);
  }

  @Test
  void savesAndLoadsByTheSameMeans(@TempDir Path folder) throws Exception {
    var source = signed(start(Lists.INDEX), IMAGE.digest());
    var layout = ImageLayout.create(folder);
    ImageCopy.copy(
        new ImageCopy.Source(registry, source, new Place.BesideImage()),
        new ImageCopy.Target(layout, ImageLayout.REPOSITORY.tag("v1")),
        ALL,
        new Listener(),
        deadline);
    var content = registry.fetchManifest(source, deadline).orElseThrow().content();
    SavedImage.mark(layout, content).publish();

    var saved = SavedImage.in(ImageLayout.open(folder));

    assertEquals(source.digest(), saved.image().digest());
    assertEquals(
        2,
        new Attachments(saved.store(), new Place.BesideImage())
            .find(saved.image(), Kind.SIGNATURE, deadline)
            .signatures()
            .size());
    var server = start(Lists.INDEX);
    ImageCopy.copy(
        new ImageCopy.Source(saved.store(), saved.image(), new Place.BesideImage()),
        new ImageCopy.Target(registry, repository(server).tag("v1")),
        ALL,
        new Listener(),
        deadline);
    assertEquals(2, signatures(repository(server).digest(source.digest())));
  }

  private InProcessRegistry start(Lists lists) throws IOException {
    var server = InProcessRegistry.start(lists.options());
    servers.add(server);
    return server;
  }

  private static Repository repository(InProcessRegistry server) {
    return new Repository(server.hostAndPort(), "a/b");
  }

  private Digested signed(InProcessRegistry server, String digest) throws Exception {
    IMAGE.pushTo(server, "a/b", "source");
    var image = repository(server).digest(Digest.parse(digest));
    sign(image, KEY);
    return image;
  }

  /// In both forms.
  private void sign(Digested image, SoftwareKey key) throws IOException {
    var signer = new Signer(key, Map.of());
    var attachments = new Attachments(registry, new Place.BesideImage());
    attachments.attach(image, signer.sign(image), key.publicKey(), deadline);
    attachments.attach(image, signer.bundle(image), key.publicKey(), NOW, deadline);
  }

  private int signatures(Digested image) {
    var evidence =
        new Attachments(registry, new Place.BesideImage()).find(image, Kind.SIGNATURE, deadline);
    assertEquals(List.of(), evidence.gaps());
    return evidence.signatures().size();
  }

  private Digest remark(InProcessRegistry server, Digested subject) throws Exception {
    var described =
        Referrer.describe(registry.fetchManifest(subject, deadline).orElseThrow().content());
    var config = new Content(MediaType.OCI_EMPTY, BundleManifest.CONFIG).descriptor();
    var manifest =
        new Manifest.Image(config, List.of(), Map.of(), Optional.of(described), "x/remark")
            .toContent();
    server.putManifest(
        "a/b", manifest.digest().toString(), manifest.mediaType(), manifest.bytes().toArray());
    return manifest.digest();
  }

  private void copy(Digested source, ImageReference target, Set<Part> parts) throws IOException {
    ImageCopy.copy(
        new ImageCopy.Source(registry, source, new Place.BesideImage()),
        new ImageCopy.Target(registry, target),
        parts,
        new Listener(),
        deadline);
  }

  private final class Listener implements ImageCopy.Progress {
    @Override
    public void copying(ImageReference from, ImageReference to) {
      told.add(from + " " + to);
    }

    @Override
    public void kept(String what) {
      told.add(what);
    }
  }

  private static String lastManifestPut(InProcessRegistry server) {
    return server.requests().stream()
        .filter(request -> request.method().equals("PUT"))
        .map(request -> request.path())
        .filter(path -> path.contains("/manifests/"))
        .reduce((first, second) -> second)
        .map(path -> path.substring(path.lastIndexOf('/') + 1))
        .orElse("");
  }

  private static byte[] blob(InProcessRegistry server, byte[] content) {
    var digest = Digest.of(Bytes.copyOf(content)).toString();
    return server.blob("a/b", digest).orElseThrow();
  }
}
