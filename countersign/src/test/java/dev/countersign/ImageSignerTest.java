package dev.countersign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.countersign.ImageSigner.Depth;
import dev.countersign.key.SoftwareKey;
import dev.countersign.oci.Digest;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.MediaType;
import dev.countersign.oci.Repository;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Requirement;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.registry.RemoteRegistry;
import dev.countersign.sign.Signer;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.Quirk;
import dev.countersign.testkit.TestImage;
import dev.countersign.verify.Authority;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ImageSignerTest {
  private static final SoftwareKey KEY = SoftwareKey.generate(new SecureRandom());

  private final InProcessRegistry server;
  private final RemoteRegistry registry = new RemoteRegistry(RegistryOptions.DEFAULT);
  private final ImageSigner signer = new ImageSigner(registry);
  private final Deadline deadline = Deadline.after(Duration.ofMinutes(1));
  private final Repository repository;
  private final TestImage amd64 = TestImage.oci("app", "amd64");
  private final TestImage arm64 = TestImage.oci("app", "arm64");

  ImageSignerTest() throws IOException {
    server =
        InProcessRegistry.start(InProcessOptions.DEFAULT.withQuirks(Quirk.ACCEPTS_MISSING_CONTENT));
    repository = new Repository(server.hostAndPort(), "acme/app");
    amd64.pushTo(server, "acme/app");
    arm64.pushTo(server, "acme/app");
  }

  @AfterEach
  void stop() {
    registry.close();
    server.close();
  }

  @Test
  void findsAnIndexAfterAllThatItListsAndEachOnce() throws IOException {
    var inner = index("inner", amd64.digest(), arm64.digest());
    var outer = index("v1", inner, amd64.digest());

    assertEquals(
        digested(amd64.digest(), arm64.digest(), inner, outer),
        signer.find(repository.tag("v1"), Depth.ALL, deadline));
    assertEquals(digested(outer), signer.find(repository.tag("v1"), Depth.TOP, deadline));
  }

  @Test
  void signsTheIndexAloneSoThatItsImagesStayUnsigned() throws IOException {
    index("v1", amd64.digest());
    var index = signer.find(repository.tag("v1"), Depth.TOP, deadline).getFirst();

    signer.signInTagForm(index, new Signer(KEY, Map.of()), deadline);

    assertInstanceOf(Decision.Allowed.class, decide(index));
    assertInstanceOf(Decision.Denied.class, decide(digested(amd64.digest()).getFirst()));
  }

  @Test
  void findsNothingUnderANameThatIsNotThere() throws IOException {
    assertEquals(List.of(), signer.find(repository.tag("absent"), Depth.ALL, deadline));
  }

  @Test
  void signsNothingOfAnIndexThatListsWhatIsNotThere() {
    index("v1", amd64.digest(), "sha256:" + "0".repeat(64));

    assertThrows(IOException.class, () -> signer.find(repository.tag("v1"), Depth.ALL, deadline));
  }

  private Decision decide(Digested image) {
    return new ImageVerifier(registry)
        .verify(image, Requirement.anyOf(new Authority.Key("k", KEY.publicKey())), deadline);
  }

  private String index(String tag, String... digests) {
    var entries =
        Stream.of(digests)
            .map(digest ->
                "{\"mediaType\":\"%s\",\"size\":1,\"digest\":\"%s\"}"
                    .formatted(MediaType.OCI_MANIFEST, digest))
            .collect(Collectors.joining(","));
    var json =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
            .formatted(MediaType.OCI_INDEX, entries);
    return server.putManifest("acme/app", tag, MediaType.OCI_INDEX, json.getBytes(UTF_8));
  }

  private List<Digested> digested(String... digests) {
    return Stream.of(digests)
        .map(digest -> repository.digest(new Digest(digest.substring(7))))
        .toList();
  }
}
