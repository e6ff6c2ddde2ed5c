package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.countersign.format.Bytes;
import dev.countersign.oci.Content;
import dev.countersign.oci.Manifest;
import dev.countersign.oci.MediaType;
import dev.countersign.testkit.TestImage;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `signedName: required`, as Gatekeeper sees it.
class SignedNameTest {
  private static final String[] REQUIRED = {"anyOf: [release]", "signedName: required"};

  @TempDir private Path folder;

  @Test
  void admitsAnImageUnderTheNameThatWasSignedAndNoCopy() throws Exception {
    try (var rules = RuleServer.start(folder, REQUIRED)) {
      var image = rules.server().signed("acme/app");
      var copy = copySignature(rules.server(), "acme/app", "acme/copy");

      rules.assertVerified(image);
      rules.assertDenied(copy, "/acme/app, not as");
      rules.change("anyOf: [release]");
      rules.assertVerified(copy);
    }
  }

  @Test
  void takesNoBundleSinceItSignsNoName() throws Exception {
    try (var rules = RuleServer.start(folder, REQUIRED)) {
      var image = rules.server().unsigned("acme/app");
      rules.signInBundleForm("acme/app", rules.server().digest("acme/app"), TestServer.KEY);

      rules.assertDenied(image, "signs no name");
      rules.change("anyOf: [release]");
      rules.assertVerified(image);
    }
  }

  /// The same image and the same signature in another repository.
  private static String copySignature(TestServer server, String from, String to) throws Exception {
    TestImage.oci(from).pushTo(server.registry(), to, "v1");
    var tag = server.digest(from).replace(':', '-') + ".sig";
    var bytes = server.registry().manifest(from, tag).orElseThrow();
    var manifest = new Content(MediaType.OCI_MANIFEST, Bytes.copyOf(bytes));
    var signatures = assertInstanceOf(Manifest.Image.class, Manifest.parse(manifest));
    for (var blob :
        Stream.concat(Stream.of(signatures.config()), signatures.layers().stream()).toList()) {
      var content = server.registry().blob(from, blob.digest().toString()).orElseThrow();
      server.registry().putBlob(to, content);
    }
    server.registry().putManifest(to, tag, manifest.mediaType(), bytes);
    return server.name(to) + ":v1";
  }
}
