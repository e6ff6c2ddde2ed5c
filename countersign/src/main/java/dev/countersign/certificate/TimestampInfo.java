package dev.countersign.certificate;

import dev.countersign.der.DerReader;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Optional;

/// What a timestamp authority signs ([RFC 3161 §2.4.2,
/// TSTInfo](https://www.rfc-editor.org/rfc/rfc3161#section-2.4.2)); its serial number, accuracy,
/// order and name prove nothing here and are passed over.
///
/// @param hash of what the authority saw
/// @param nonce of the question that it answered, if that had one
record TimestampInfo(
    HashAlgorithm algorithm, Bytes hash, Instant time, Optional<BigInteger> nonce) {
  /// id-ct-TSTInfo.
  static final String TYPE = "2a864886f70d0109100104";

  private static final int GENERALIZED_TIME = 0x18;
  private static final int BOOLEAN = 0x01;
  private static final int TSA = 0xa0;
  private static final int EXTENSIONS = 0xa1;
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuuMMddHHmmss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .appendLiteral('Z')
          .toFormatter()
          .withResolverStyle(ResolverStyle.STRICT);

  static TimestampInfo parse(Bytes content) throws FormatException {
    var info = DerReader.ofSequence(content.toArray());
    if (!info.unsignedInteger().equals(BigInteger.ONE)) {
      throw new FormatException("expected a TSTInfo of version 1, got another");
    }
    info.objectIdentifier();
    var imprint = info.inside(DerReader.SEQUENCE);
    var algorithm = AlgorithmIdentifier.hash(imprint.inside(DerReader.SEQUENCE));
    var hash = Bytes.copyOf(imprint.content(DerReader.OCTET_STRING));
    imprint.expectEnd();
    info.content(DerReader.INTEGER);
    var time = time(info.content(GENERALIZED_TIME));
    skip(info, DerReader.SEQUENCE);
    skip(info, BOOLEAN);
    var nonce =
        info.has(DerReader.INTEGER)
            ? Optional.of(new BigInteger(info.content(DerReader.INTEGER)))
            : Optional.<BigInteger>empty();
    skip(info, TSA);
    if (info.has(EXTENSIONS)) {
      refuseCritical(info.inside(EXTENSIONS));
    }
    info.expectEnd();
    return new TimestampInfo(algorithm, hash, time, nonce);
  }

  private static void skip(DerReader info, int tag) throws FormatException {
    if (info.has(tag)) {
      info.inside(tag);
    }
  }

  private static void refuseCritical(DerReader extensions) throws FormatException {
    while (!extensions.isAtEnd()) {
      var extension = extensions.inside(DerReader.SEQUENCE);
      extension.objectIdentifier();
      if (extension.has(BOOLEAN)) {
        throw new FormatException("expected no critical extension in a timestamp, got one");
      }
      extension.content(DerReader.OCTET_STRING);
      extension.expectEnd();
    }
  }

  /// In Greenwich, with seconds, without zeros at the end of a fraction.
  private static Instant time(byte[] content) throws FormatException {
    var text = new String(content, StandardCharsets.ISO_8859_1);
    try {
      return LocalDateTime.parse(text, TIME).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw new FormatException("expected a time as 20260131120000Z, got " + text, e);
    }
  }
}
