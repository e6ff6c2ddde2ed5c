package dev.countersign.certificate;

import static dev.countersign.certificate.TestCertificateLog.LIST;
import static dev.countersign.certificate.TestCertificateLog.list;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.certificate.TestCertificate.Issued;
import dev.countersign.der.DerReader;
import dev.countersign.der.DerWriter;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.key.SoftwareKey;
import java.security.SecureRandom;
import java.time.Instant;
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
  private static final Instant TIME = Instant.ofEpochSecond(1_770_000_000);
  private static final Bytes LOG = Bytes.copyOf(new byte[32]);
  private static final Bytes SIGNATURE = Bytes.utf8("signature");
  private static final Bytes EXTENSIONS = Bytes.copyOf(new byte[300]);

  private final Issued root = TestCertificate.root("root").issue();
  private final TestCertificate unpromised =
      TestCertificate.signer(root, "https://example.com/ci", "https://token.example");

  SignedCertificateTimestampTest() throws FormatException {}

  @Test
  void readsWhatIsPromised() throws FormatException {
    var read = promisesIn(list(promise())).getFirst();

    assertEquals(LOG, read.logId());
    assertEquals(TIME, read.time());
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
        () -> SignedCertificateTimestamp.in(issue(followed(DerWriter.octetString(list)))));
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
    var signature = log.sign(TestCertificateLog.entry(TIME, root, tbs, EXTENSIONS.toArray()));

    assertTrue(
        new SignedCertificateTimestamp(LOG, TIME.toEpochMilli(), EXTENSIONS, signature)
            .isSignedBy(log.publicKey(), certificate, root.certificate()));
    assertFalse(
        new SignedCertificateTimestamp(LOG, TIME.toEpochMilli(), SIGNATURE, signature)
            .isSignedBy(log.publicKey(), certificate, root.certificate()));
  }

  @Test
  void isOfACertificateWithOneList() throws FormatException {
    var none = unpromised.issue().certificate();
    var one = unpromised.with(LIST, DerWriter.octetString(list(promise())));
    var promise = promisesIn(list(promise())).getFirst();
    var key = root.key().publicKey();

    assertFalse(promise.isSignedBy(key, one.issue().certificate(), root.certificate()));
    assertThrows(FormatException.class, () -> promise.isSignedBy(key, none, root.certificate()));
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

  private static byte[] followed(byte[] element) {
    var longer = Arrays.copyOf(element, element.length + 2);
    longer[element.length] = DerReader.NULL;
    return longer;
  }

  private static byte[] promise() {
    return promise(0, TIME.toEpochMilli(), 4, 3);
  }

  private static byte[] promise(int version, long time, int hash, int algorithm) {
    return TestCertificateLog.promise(
        version, LOG, time, EXTENSIONS.toArray(), hash, algorithm, SIGNATURE);
  }
}
