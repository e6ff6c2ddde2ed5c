package dev.countersign.certificate;

import dev.countersign.certificate.TestCertificate.Issued;
import dev.countersign.der.DerWriter;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.key.SoftwareKey;
import dev.countersign.trust.TrustedLog;
import dev.countersign.trust.Validity;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;

/// A log of certificates, which promises whatever it is told ([RFC 6962
/// §3.2](https://www.rfc-editor.org/rfc/rfc6962#section-3.2)).
public final class TestCertificateLog {
  /// The extension with the list of promises.
  static final String LIST = "2b06010401d679020402";

  private final SoftwareKey key;

  /// A log with a key of its own.
  public TestCertificateLog() {
    key = SoftwareKey.generate(new SecureRandom());
  }

  /// As a verifier trusts it.
  public TrustedLog trusted(Validity validity) {
    return new TrustedLog("https://log.example", id(), key.publicKey(), validity);
  }

  private Bytes id() {
    return HashAlgorithm.SHA256.of(key.publicKey().spki());
  }

  /// The certificate with the promise that this log gave at `time`.
  public Issued publish(TestCertificate certificate, Issued issuer, Instant time)
      throws FormatException {
    var holder = SoftwareKey.generate(new SecureRandom());
    var number = new BigInteger(62, new SecureRandom()).setBit(62);
    var placeholder = certificate.with(LIST, DerWriter.octetString(new byte[0]));
    var tbs =
        TbsCertificate.parse(placeholder.issue(holder, number).certificate().der())
            .without(LIST)
            .orElseThrow()
            .toDer();
    var signature = key.sign(entry(time, issuer, tbs, new byte[0]));
    var list = list(promise(0, id(), time.toEpochMilli(), new byte[0], 4, 3, signature));
    return certificate.with(LIST, DerWriter.octetString(list)).issue(holder, number);
  }

  /// What a log signs of a certificate without promises.
  static Bytes entry(Instant time, Issued issuer, byte[] tbs, byte[] extensions) {
    return Bytes.copyOf(
        concat(
            new byte[] {0, 0},
            ByteBuffer.allocate(8).putLong(time.toEpochMilli()).array(),
            new byte[] {0, 1},
            HashAlgorithm.SHA256.of(issuer.certificate().key().spki()).toArray(),
            new byte[1],
            vector(tbs),
            vector(extensions)));
  }

  static byte[] list(byte[]... promises) {
    return vector(
        concat(Arrays.stream(promises).map(TestCertificateLog::vector).toArray(byte[][]::new)));
  }

  static byte[] promise(
      int version,
      Bytes log,
      long milliseconds,
      byte[] extensions,
      int hash,
      int algorithm,
      Bytes signature) {
    return concat(
        new byte[] {(byte) version},
        log.toArray(),
        ByteBuffer.allocate(8).putLong(milliseconds).array(),
        vector(extensions),
        new byte[] {(byte) hash, (byte) algorithm},
        vector(signature.toArray()));
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
