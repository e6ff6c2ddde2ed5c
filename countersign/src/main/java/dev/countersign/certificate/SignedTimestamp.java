package dev.countersign.certificate;

import dev.countersign.der.DerReader;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The answer of a timestamp authority: that it saw a hash at a time ([RFC
/// 3161](https://www.rfc-editor.org/rfc/rfc3161)); not yet believed.
public final class SignedTimestamp {
  /// The largest answer that is read, in bytes.
  public static final int MAX_BYTES = 256 << 10;

  private static final String SIGNED_DATA = "2a864886f70d010702";
  private static final int FIRST = 0xa0;
  private static final int SECOND = 0xa1;

  private final TimestampInfo info;
  private final List<Certificate> certificates;
  private final TimestampSigner signer;

  private SignedTimestamp(
      TimestampInfo info, List<Certificate> certificates, TimestampSigner signer) {
    this.info = info;
    this.certificates = List.copyOf(certificates);
    this.signer = signer;
  }

  /// Reads a TimeStampResp ([§2.4.2](https://www.rfc-editor.org/rfc/rfc3161#section-2.4.2)).
  ///
  /// @throws FormatException if it is none, or grants nothing
  public static SignedTimestamp parse(Bytes der) throws FormatException {
    if (der.size() > MAX_BYTES) {
      throw new FormatException("expected a signed timestamp, got " + der.size() + " bytes");
    }
    var response = DerReader.ofSequence(der.toArray());
    var status = response.inside(DerReader.SEQUENCE).unsignedInteger();
    if (status.bitLength() > 1) {
      throw new FormatException("expected a timestamp that was granted, got status " + status);
    }
    var token = response.inside(DerReader.SEQUENCE);
    response.expectEnd();
    if (!token.objectIdentifier().equals(SIGNED_DATA)) {
      throw new FormatException("expected signed data in the timestamp, got another type");
    }
    var explicit = token.inside(FIRST);
    var signedData = explicit.inside(DerReader.SEQUENCE);
    explicit.expectEnd();
    token.expectEnd();
    return ofSignedData(signedData);
  }

  /// [RFC 5652 §5.1](https://www.rfc-editor.org/rfc/rfc5652#section-5.1).
  private static SignedTimestamp ofSignedData(DerReader data) throws FormatException {
    data.unsignedInteger();
    data.inside(DerReader.SET);
    var content = content(data.inside(DerReader.SEQUENCE));
    var certificates = data.has(FIRST) ? certificates(data.inside(FIRST)) : List.<Certificate>of();
    if (data.has(SECOND)) {
      data.inside(SECOND);
    }
    var signers = data.inside(DerReader.SET);
    data.expectEnd();
    var signer = TimestampSigner.parse(signers.inside(DerReader.SEQUENCE));
    signers.expectEnd();
    signer.requireSigned(content);
    return new SignedTimestamp(TimestampInfo.parse(content), certificates, signer);
  }

  private static Bytes content(DerReader encapsulated) throws FormatException {
    if (!encapsulated.objectIdentifier().equals(TimestampInfo.TYPE)) {
      throw new FormatException("expected a TSTInfo in the timestamp, got another type");
    }
    var explicit = encapsulated.inside(FIRST);
    var content = Bytes.copyOf(explicit.content(DerReader.OCTET_STRING));
    explicit.expectEnd();
    encapsulated.expectEnd();
    return content;
  }

  private static List<Certificate> certificates(DerReader items) throws FormatException {
    var certificates = new ArrayList<Certificate>();
    while (!items.isAtEnd()) {
      if (certificates.size() == Certificate.MOST) {
        throw new FormatException(
            "expected at most " + Certificate.MOST + " certificates in the timestamp, got more");
      }
      certificates.add(Certificate.parse(Bytes.copyOf(items.element())));
    }
    return certificates;
  }

  /// When the authority saw the hash.
  public Instant time() {
    return info.time();
  }

  /// The nonce of the question that it answers, if that had one.
  public Optional<BigInteger> nonce() {
    return info.nonce();
  }

  /// Whether the hash is that of `content`.
  public boolean isOf(Bytes content) {
    return info.algorithm().of(content).equals(info.hash());
  }

  /// The hash.
  public HashAlgorithm algorithm() {
    return info.algorithm();
  }

  /// The certificates that came with it; anybody may have put them there (CVE-2026-39984).
  public List<Certificate> certificates() {
    return certificates;
  }

  /// Whether the holder of `certificate`'s key signed it and named that certificate.
  public boolean isSignedBy(Certificate certificate) {
    return signer.is(certificate);
  }
}
