package dev.countersign.certificate;

import dev.countersign.der.DerReader;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.key.PublicKey;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// The promise of a log to publish a certificate, not yet believed ([RFC 6962
/// §3.2](https://www.rfc-editor.org/rfc/rfc6962#section-3.2)).
///
/// @param logId the SHA-256 of the log's key, as it claims
/// @param milliseconds since 1970, as it claims
public record SignedCertificateTimestamp(
    Bytes logId, long milliseconds, Bytes extensions, Bytes signature) {
  private static final String LIST = "1.3.6.1.4.1.11129.2.4.2";
  private static final String LIST_HEX = "2b06010401d679020402";
  private static final int MAX_COUNT = 32;
  private static final int MAX_MILLISECONDS_BITS = 48;
  private static final int V1 = 0;
  private static final int SHA256 = 4;
  private static final int RSA = 1;
  private static final int ECDSA = 3;
  private static final int CERTIFICATE_TIMESTAMP = 0;
  private static final int PRECERTIFICATE = 1;

  /// Those that `certificate` holds ([§3.3](https://www.rfc-editor.org/rfc/rfc6962#section-3.3));
  /// none if it has no list of them.
  ///
  /// @throws FormatException if the list is none
  public static List<SignedCertificateTimestamp> in(Certificate certificate)
      throws FormatException {
    var extension = certificate.extension(LIST);
    if (extension.isEmpty()) {
      return List.of();
    }
    var octets = DerReader.of(extension.get());
    var list = ByteBuffer.wrap(octets.content(DerReader.OCTET_STRING));
    octets.expectEnd();
    var items = slice(list);
    expectEnd(list);
    var timestamps = new ArrayList<SignedCertificateTimestamp>();
    while (items.hasRemaining()) {
      if (timestamps.size() == MAX_COUNT) {
        throw new FormatException("expected at most " + MAX_COUNT + " certificate timestamps");
      }
      timestamps.add(parse(slice(items)));
    }
    return List.copyOf(timestamps);
  }

  /// The next opaque string, after two octets of length.
  private static ByteBuffer slice(ByteBuffer in) throws FormatException {
    if (in.remaining() < 2) {
      throw new FormatException("expected a certificate timestamp, got the end");
    }
    int length = Short.toUnsignedInt(in.getShort());
    if (length > in.remaining()) {
      throw new FormatException("expected " + length + " bytes, got " + in.remaining());
    }
    var slice = in.slice(in.position(), length);
    in.position(in.position() + length);
    return slice;
  }

  private static void expectEnd(ByteBuffer in) throws FormatException {
    if (in.hasRemaining()) {
      throw new FormatException("expected the end of the certificate timestamps, got more");
    }
  }

  private static SignedCertificateTimestamp parse(ByteBuffer in) throws FormatException {
    if (in.remaining() < 1 + 32 + 8) {
      throw new FormatException("expected a certificate timestamp, got " + in.remaining());
    }
    if (in.get() != V1) {
      throw new FormatException("expected a certificate timestamp of version 1, got another");
    }
    var logId = new byte[32];
    in.get(logId);
    long milliseconds = in.getLong();
    if (milliseconds >>> MAX_MILLISECONDS_BITS != 0) {
      throw new FormatException("expected a time of certificate, got " + milliseconds + " ms");
    }
    var extensions = bytes(slice(in));
    if (in.remaining() < 2) {
      throw new FormatException("expected a signature in a certificate timestamp, got the end");
    }
    int hash = in.get();
    int algorithm = in.get();
    if (hash != SHA256 || (algorithm != ECDSA && algorithm != RSA)) {
      throw new FormatException("expected ECDSA or RSA with SHA-256 in a certificate timestamp");
    }
    var signature = bytes(slice(in));
    expectEnd(in);
    return new SignedCertificateTimestamp(Bytes.copyOf(logId), milliseconds, extensions, signature);
  }

  private static Bytes bytes(ByteBuffer buffer) {
    var bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return Bytes.copyOf(bytes);
  }

  /// When the log saw the certificate, as it claims.
  public Instant time() {
    return Instant.ofEpochMilli(milliseconds);
  }

  /// Whether `key` promised to publish what `issuer` then issued as `certificate`.
  ///
  /// The log signed the certificate before the promise was in it, which is rebuilt here by taking
  /// the list out again.
  ///
  /// @throws FormatException if `certificate` holds no list
  public boolean isSignedBy(PublicKey key, Certificate certificate, Certificate issuer)
      throws FormatException {
    var before =
        TbsCertificate.parse(certificate.der())
            .without(LIST_HEX)
            .orElseThrow(() -> new FormatException("expected one list of certificate timestamps"));
    return key.verify(signed(issuer, before.toDer()), signature).isPresent();
  }

  private Bytes signed(Certificate issuer, byte[] tbs) {
    var out = new ByteArrayOutputStream();
    out.write(V1);
    out.write(CERTIFICATE_TIMESTAMP);
    out.writeBytes(ByteBuffer.allocate(8).putLong(milliseconds).array());
    out.write(0);
    out.write(PRECERTIFICATE);
    out.writeBytes(HashAlgorithm.SHA256.of(issuer.key().spki()).toArray());
    out.writeBytes(new byte[] {(byte) (tbs.length >> 16), (byte) (tbs.length >> 8)});
    out.write(tbs.length);
    out.writeBytes(tbs);
    out.write(extensions.size() >> 8);
    out.write(extensions.size());
    out.writeBytes(extensions.toArray());
    return Bytes.copyOf(out.toByteArray());
  }
}
