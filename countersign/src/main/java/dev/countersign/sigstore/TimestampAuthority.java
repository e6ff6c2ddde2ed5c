package dev.countersign.sigstore;

import dev.countersign.certificate.SignedTimestamp;
import dev.countersign.der.DerWriter;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.WebServices;
import dev.countersign.registry.WebServices.Content;
import dev.countersign.registry.WebServices.Question;
import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Optional;

/// An authority that says when it saw a signature ([RFC
/// 3161](https://www.rfc-editor.org/rfc/rfc3161), over HTTP as in §3.4).
public record TimestampAuthority(WebServices web, String url) {
  private static final String QUERY = "application/timestamp-query";
  private static final String SHA256 = "608648016503040201";
  private static final int NONCE_BITS = 128;
  private static final int BOOLEAN = 0x01;
  private static final byte[] TRUE = {(byte) 0xff};

  /// The authority's answer about `signature`, DER: for this question, of this hash. Who signed it
  /// is another step's work.
  ///
  /// @throws FormatException if it is anything else
  /// @throws IOException if the authority refuses or cannot be asked
  Bytes timestamp(Bytes signature, Deadline deadline) throws FormatException, IOException {
    var nonce = new BigInteger(NONCE_BITS, new SecureRandom());
    var question =
        Question.post(
            url, new Content(QUERY, request(signature, nonce)), SignedTimestamp.MAX_BYTES);
    var answer = web.fetch(question, deadline);
    var timestamp = SignedTimestamp.parse(answer);
    if (!timestamp.isOf(signature)) {
      throw new FormatException(
          "expected a timestamp of this signature from " + url + ", got one of something else");
    }
    if (!timestamp.nonce().equals(Optional.of(nonce))) {
      throw new FormatException(
          "expected a timestamp for this question from " + url + ", got one with another nonce");
    }
    return answer;
  }

  /// [§2.4.1](https://www.rfc-editor.org/rfc/rfc3161#section-2.4.1): the hash, a nonce, and the
  /// wish for the authority's certificate.
  private static Bytes request(Bytes signature, BigInteger nonce) {
    return Bytes.copyOf(
        DerWriter.sequence(
            DerWriter.integer(BigInteger.ONE),
            DerWriter.sequence(
                DerWriter.sequence(DerWriter.objectIdentifier(SHA256), DerWriter.ofNull()),
                DerWriter.octetString(HashAlgorithm.SHA256.of(signature).toArray())),
            DerWriter.integer(nonce),
            DerWriter.element(BOOLEAN, TRUE)));
  }
}
