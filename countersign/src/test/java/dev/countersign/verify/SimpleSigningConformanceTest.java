package dev.countersign.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.countersign.Conformance;
import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.key.PublicKey;
import dev.countersign.oci.Digest;
import dev.countersign.signature.Signature;
import dev.countersign.signature.SimpleSigning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Real cosign signatures in tag form, from the tests of containers/image.
class SimpleSigningConformanceTest {
  private static final String HEADER = "\0sigstore-json\n";

  @ParameterizedTest
  @CsvSource({
    "valid, cosign.pub, 'verified'",
    "valid-2, cosign.pub, 'verified verified'",
    "mixed, cosign.pub, 'wrong-key verified'",
    "modified-manifest, cosign.pub, 'other-image'",
    "key-rekor-valid, cosign2.pub, 'verified'",
    "key-rekor-valid, cosign.pub, 'wrong-key'",
  })
  void judgesEachSignatureAsItsAuthorsDo(String image, String key, String verdicts)
      throws IOException, FormatException {
    var folder = Conformance.path("simplesigning/dir-img-cosign-" + image);
    var digest = Digest.of(read(folder.resolve("manifest.json")));
    var publicKey = PublicKey.parsePem(read(Conformance.path("simplesigning/" + key)).toUtf8());
    var authority = new Authority.Key(key, publicKey);

    var results =
        signatures(folder).stream()
            .map(s -> Verifier.verify(digest, s, authority, Claims.Required.IMAGE, Instant.EPOCH))
            .map(SimpleSigningConformanceTest::verdict)
            .toList();

    assertEquals(Arrays.asList(verdicts.split(" ", -1)), results);
  }

  private static String verdict(VerificationResult result) {
    return switch (result) {
      case VerificationResult.Verified verified -> "verified";
      case VerificationResult.Rejected rejected -> rejected.reason().code();
    };
  }

  private static List<Signature> signatures(Path folder) throws IOException, FormatException {
    var signatures = new java.util.ArrayList<Signature>();
    for (int n = 1; Files.exists(folder.resolve("signature-" + n)); n++) {
      var text = read(folder.resolve("signature-" + n)).toUtf8();
      signatures.add(signature(JsonValue.parseObject(Bytes.utf8(text.substring(HEADER.length())))));
    }
    return signatures;
  }

  private static Signature signature(JsonObject json) throws FormatException {
    var annotations = json.findStrings("annotations");
    return new Signature.Simple(
        new SimpleSigning.Sealed(
            Base64Text.decode(json.getString("payload")),
            Base64Text.decode(
                String.valueOf(annotations.get("dev.cosignproject.cosign/signature")))),
        Optional.ofNullable(annotations.get("dev.sigstore.cosign/bundle")));
  }

  private static Bytes read(Path file) throws IOException {
    return Bytes.copyOf(Files.readAllBytes(file));
  }
}
