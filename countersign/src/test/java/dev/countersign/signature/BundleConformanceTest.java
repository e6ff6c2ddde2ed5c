package dev.countersign.signature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.Conformance;
import dev.countersign.format.Blob;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.key.PublicKey;
import dev.countersign.transparency.LoggedSignature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Bundles of the sigstore-conformance suite: what breaks the format is refused while it is read,
/// everything else is read.
class BundleConformanceTest {
  /// Cases whose defect is one of the format, and what is said of it.
  private static final Map<String, String> DEFECTS =
      Map.of(
          "bundle-empty-certificate-chain_fail", "expected 1 to 16 certificates, got 0",
          "bundle-invalid-base64-signature_fail", "expected base64",
          "bundle-negative-log-index_fail", "expected a logIndex that is not negative, got -",
          "rekor2-no-inclusion-proof_fail", "expected an inclusion proof in the log entry");

  @TestFactory
  Stream<DynamicTest> readsEachCaseOrSaysWhatIsWrongInIt() throws IOException {
    var cases = Conformance.path("sigstore/cases");
    var names = new TreeSet<>(DEFECTS.keySet());
    try (var folders = Files.list(cases)) {
      folders.forEach(folder -> names.add(String.valueOf(folder.getFileName())));
    }
    return names.stream()
        .map(name -> DynamicTest.dynamicTest(name, () -> judge(name, cases.resolve(name))));
  }

  private static void judge(String name, Path folder) throws IOException, FormatException {
    var json = read(folder.resolve("bundle.sigstore.json"));
    var defect = Optional.ofNullable(DEFECTS.get(name));
    if (defect.isPresent()) {
      var refusal = assertThrows(FormatException.class, () -> Bundle.parse(json));
      assertTrue(refusal.problem().contains(defect.get()), refusal::problem);
      return;
    }
    var bundle = Bundle.parse(json);
    if (bundle.version() == Bundle.Version.V0_3) {
      assertEquals(bundle, Bundle.parse(bundle.toBytes()));
    }
    if (name.startsWith("managed-key")) {
      assertInstanceOf(Bundle.Material.KeyHint.class, bundle.material());
    }
  }

  @Test
  void theKeySignedTheFileAndTheLogsEntrySaysSo() throws IOException, FormatException {
    var folder = Conformance.path("sigstore/cases/managed-key-and-trusted-root");
    var key = PublicKey.parsePem(read(folder.resolve("key.pub")).toUtf8());
    var blob = Blob.of(read(Conformance.path("sigstore/a.txt")));
    var bundle = Bundle.parse(read(folder.resolve("bundle.sigstore.json")));
    var message = assertInstanceOf(Bundle.Content.Message.class, bundle.content());

    assertTrue(key.verify(blob, message.signature()).isPresent());
    assertEquals(new Bundle.Material.KeyHint(key.hint()), bundle.material());
    assertEquals(
        Optional.empty(),
        bundle
            .logEntries()
            .getFirst()
            .mismatch(new LoggedSignature(message.signature(), key, blob)));
  }

  private static Bytes read(Path file) throws IOException {
    return Bytes.copyOf(Files.readAllBytes(file));
  }
}
