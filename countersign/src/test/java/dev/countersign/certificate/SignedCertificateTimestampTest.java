package dev.countersign.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.certificate.TestCertificate.Issued;
import dev.countersign.der.DerWriter;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.key.SoftwareKey;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Lists of promises in the TLS presentation ([RFC 6962
/// §3.2](https://www.rfc-editor.org/rfc/rfc6962#section-3.2),
/// [§3.3](https://www.rfc-editor.org/rfc/rfc6962#section-3.3)).
class SignedCertificateTimestampTest {
  private static final String LIST = "2b06010401d679020402";
  private static final long TIME = 1_770_000_000_000L;
  private static final Bytes SIGNATURE = Bytes.utf8("signature");
  private static final Bytes EXTENSIONS = Bytes.copyOf(new byte[300]);

  private final Issued root = TestCertificate.root("root").issue();
  private final TestCertificate unpromised =
      TestCertificate.signer(root, "https://example.com/ci", "https://token.example");

  SignedCertificateTimestampTest() throws FormatException {}

  @Test
  void readsWhatIsPromised() throws FormatException {
    var read = promisesIn(list(promise())).getFirst();

    assertEquals(Bytes.copyOf(new byte[32]), read.logId());
    assertEquals(TIME, read.time().toEpochMilli());
    assertEquals(EXTENSIONS, read.extensions());
    assertEquals(SIGNATURE, read.signature());
    assertEquals(List.of(), promisesIn(list()));
  }

  @Test
  void refusesWhatEndsTooEarlyOrTooLate() throws FormatException {
    var promise = promise();
    var list = list(promise);

    for (int end = 0; end < promise.length; end++) {
      refuses(list(Arrays.copyOf(promise, end)));
    }
    refuses(list(Arrays.copyOf(promise, promise.length + 1)));
    for (int end = 0; end < list.length; end++) {
      refuses(Arrays.copyOf(list, end));
    }
    refuses(Arrays.copyOf(list, list.length + 1));
    assertThrows(
        FormatException.class,
        () ->
            SignedCertificateTimestamp.in(
                issue(concat(DerWriter.octetString(list), DerWriter.ofNull()))));
  }

  @Test
  void readsThirtyTwoAtMost() throws FormatException {
    var most = Collections.nCopies(32, promise()).toArray(byte[][]::new);

    assertEquals(32, promisesIn(list(most)).size());
    refuses(list(Collections.nCopies(33, promise()).toArray(byte[][]::new)));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 281474976710655, 4, 3, true",
    "0, 0, 4, 1, true",
    "1, 0, 4, 3, false",
    "0, 281474976710656, 4, 3, false",
    "0, 0, 5, 3, false",
    "0, 0, 4, 2, false",
    "0, 0, 3, 1, false"
  })
  void readsVersion1AndSha256Alone(int version, long time, int hash, int algorithm, boolean isRead)
      throws FormatException {
    var list = list(promise(version, time, hash, algorithm));

    if (isRead) {
      assertEquals(1, promisesIn(list).size());
    } else {
      refuses(list);
    }
  }

  /// With the promise's own extensions, which no log uses today.
  @Test
  void theLogSignsTimeIssuerCertificateAndExtensions() throws FormatException {
    var log = SoftwareKey.generate(new SecureRandom());
    var certificate = issue(DerWriter.octetString(list(promise())));
    var tbs = TbsCertificate.parse(certificate.der()).without(LIST).orElseThrow().toDer();
    var entry = new ByteArrayOutputStream();
    entry.writeBytes(new byte[] {0, 0});
    entry.writeBytes(ByteBuffer.allocate(8).putLong(TIME).array());
    entry.writeBytes(new byte[] {0, 1});
    entry.writeBytes(HashAlgorithm.SHA256.of(root.certificate().key().spki()).toArray());
    entry.write(0);
    entry.writeBytes(vector(tbs));
    entry.writeBytes(vector(EXTENSIONS.toArray()));
    var signature = log.sign(Bytes.copyOf(entry.toByteArray()));
    var logId = Bytes.copyOf(new byte[32]);

    assertTrue(
        new SignedCertificateTimestamp(logId, TIME, EXTENSIONS, signature)
            .isSignedBy(log.publicKey(), certificate, root.certificate()));
    assertFalse(
        new SignedCertificateTimestamp(logId, TIME, SIGNATURE, signature)
            .isSignedBy(log.publicKey(), certificate, root.certificate()));
  }

  private void refuses(byte[] list) {
    assertThrows(FormatException.class, () -> promisesIn(list));
  }

  private List<SignedCertificateTimestamp> promisesIn(byte[] list) throws FormatException {
    return SignedCertificateTimestamp.in(issue(DerWriter.octetString(list)));
  }

  private Certificate issue(byte[] extension) throws FormatException {
    return unpromised.with(LIST, extension).issue().certificate();
  }

  private static byte[] list(byte[]... promises) {
    return vector(
        concat(
            Arrays.stream(promises)
                .map(SignedCertificateTimestampTest::vector)
                .toArray(byte[][]::new)));
  }

  private static byte[] promise() {
    return promise(0, TIME, 4, 3);
  }

  private static byte[] promise(int version, long time, int hash, int algorithm) {
    return concat(
        new byte[] {(byte) version},
        new byte[32],
        ByteBuffer.allocate(8).putLong(time).array(),
        vector(EXTENSIONS.toArray()),
        new byte[] {(byte) hash, (byte) algorithm},
        vector(SIGNATURE.toArray()));
  }

  /// After its length in two octets.
  private static byte[] vector(byte[] content) {
    return concat(new byte[] {(byte) (content.length >> 8), (byte) content.length}, content);
  }

  private static byte[] concat(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (var part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
