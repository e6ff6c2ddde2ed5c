package dev.countersign.attachment;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import dev.countersign.oci.Repository;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.RegistryException;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.registry.RemoteRegistry;
import dev.countersign.registry.Retry;
import dev.countersign.sign.Signer;
import dev.countersign.testkit.Fault;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.Quirk;
import dev.countersign.testkit.TestImage;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RemovalTest {
  private static final SoftwareKey KEY = SoftwareKey.generate(new SecureRandom());
  private static final Set<Part> BUNDLES = Set.of(Part.SIGNATURES, Part.ATTESTATIONS);
  private static final TestImage IMAGE = TestImage.oci("cleaned");

  private final List<ImageReference> removed = new ArrayList<>();
  private final InProcessRegistry server;
  private final RemoteRegistry registry =
      new RemoteRegistry(RegistryOptions.DEFAULT.withRetry(Retry.NEVER));
  private final Deadline deadline = Deadline.after(Duration.ofMinutes(1));
  private final Digested image;

  RemovalTest() throws Exception {
    server = InProcessRegistry.start(InProcessOptions.DEFAULT.withQuirks(Quirk.NO_REFERRERS_API));
    IMAGE.pushTo(server, "a/b", "v1");
    image = new Repository(server.hostAndPort(), "a/b").digest(Digest.parse(IMAGE.digest()));
    var signer = new Signer(KEY, Map.of());
    var attachments = new Attachments(registry, new Place.BesideImage());
    attachments.attach(image, signer.sign(image), KEY.publicKey(), deadline);
    attachments.attach(image, signer.bundle(image), KEY.publicKey(), Instant.EPOCH, deadline);
  }

  @AfterEach
  void stop() {
    registry.close();
    server.close();
  }

  @Test
  void removesTheListWithItsLastEntryAndNeverTheImage() throws IOException {
    removal().removeTag(".sig");
    removal().removeBundles(BUNDLES);

    assertEquals(List.of("v1"), server.tags("a/b"));
    assertEquals(2, removed.size());
    assertTrue(server.manifest("a/b", IMAGE.digest()).isPresent());
  }

  @Test
  void keepsWhatOthersAttached() throws Exception {
    var other = remark();

    removal().removeBundles(BUNDLES);

    var list = server.manifest("a/b", "sha256-" + image.digest().hex()).orElseThrow();
    assertTrue(new String(list, UTF_8).contains(other.hex()));
    assertEquals(1, ReferrerList.fetch(registry, image, deadline).manifests().size());
  }

  @Test
  void removesATagByItsDigestWhereTagsCannotBeDeleted() throws IOException {
    server.failAll(
        request -> request.method().equals("DELETE") && request.path().endsWith(".sig"),
        new Fault.Status(400));

    removal().removeTag(".sig");

    assertEquals(1, removed.size());
    assertEquals(
        Optional.empty(), server.manifest("a/b", "sha256-" + image.digest().hex() + ".sig"));
  }

  @Test
  void changesNothingWhereTheRegistryRefusesToDelete() {
    server.failAll(request -> request.method().equals("DELETE"), new Fault.Status(405));

    assertThrows(RegistryException.class, () -> removal().removeTag(".sig"));
    assertThrows(RegistryException.class, () -> removal().removeBundles(BUNDLES));

    assertEquals(List.of(), removed);
    assertEquals(1, ReferrerList.fetch(registry, image, deadline).manifests().size());
  }

  @Test
  void keepsAnEntryThatARacingWriterAdds() throws Exception {
    var other = remark();
    var races = new ArrayList<>(List.of(1));
    server.beforeManifestPut(() -> {
      if (!races.isEmpty()) {
        races.removeLast();
        try {
          append(TestImage.oci("late"));
        } catch (Exception e) {
          throw new AssertionError(e);
        }
      }
    });

    removal().removeBundles(BUNDLES);

    var list = ReferrerList.fetch(registry, image, deadline).manifests();
    assertEquals(2, list.size());
    assertTrue(list.stream().anyMatch(entry -> entry.digest().equals(other)));
  }

  private Removal removal() {
    return new Removal(registry, image, removed::add, deadline);
  }

  private Digest remark() throws Exception {
    var config = new Content(MediaType.OCI_EMPTY, BundleManifest.CONFIG).descriptor();
    var subject = registry.fetchManifest(image, deadline).orElseThrow().content().descriptor();
    var manifest =
        new Manifest.Image(config, List.of(), Map.of(), Optional.of(subject), "x/remark")
            .toContent();
    server.putManifest(
        "a/b", manifest.digest().toString(), manifest.mediaType(), manifest.bytes().toArray());
    list(manifest);
    return manifest.digest();
  }

  private void append(TestImage late) throws Exception {
    late.pushTo(server, "a/b");
    list(new Content(late.mediaType(), Bytes.copyOf(late.manifest())));
  }

  private void list(Content manifest) throws Exception {
    var tag = "sha256-" + image.digest().hex();
    var before =
        new Content(MediaType.OCI_INDEX, Bytes.copyOf(server.manifest("a/b", tag).orElseThrow()));
    var after = Manifest.Index.append(before, List.of(manifest.descriptor()));
    server.putManifest("a/b", tag, after.mediaType(), after.bytes().toArray());
  }
}
