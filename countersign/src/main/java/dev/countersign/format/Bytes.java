package dev.countersign.format;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// An immutable sequence of bytes that compares by content.
public final class Bytes {
  private final byte[] content;

  private Bytes(byte[] content) {
    this.content = content;
  }

  /// A copy of `content`.
  public static Bytes copyOf(byte[] content) {
    return new Bytes(content.clone());
  }

  /// `content` itself, which nobody else may hold.
  static Bytes wrap(byte[] content) {
    return new Bytes(content);
  }

  /// The UTF-8 bytes of `text`.
  public static Bytes utf8(String text) {
    return new Bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /// A fresh copy that the caller owns.
  public byte[] toArray() {
    return content.clone();
  }

  /// A read-only view, without a copy.
  public ByteBuffer asBuffer() {
    return ByteBuffer.wrap(content).asReadOnlyBuffer();
  }

  /// A stream over them, without a copy.
  public InputStream asStream() {
    return new ByteArrayInputStream(content);
  }

  /// The number of bytes.
  public int size() {
    return content.length;
  }

  /// These bytes read as UTF-8.
  ///
  /// @throws FormatException if they are not well-formed UTF-8
  public String toUtf8() throws FormatException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(asBuffer())
          .toString();
    } catch (CharacterCodingException e) {
      throw new FormatException("expected UTF-8 text, got other bytes", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(content, that.content);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content);
  }

  @Override
  public String toString() {
    return content.length + " bytes";
  }
}
