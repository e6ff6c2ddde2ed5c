package dev.countersign.key;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/// What opens an encrypted key file: any bytes, none among them.
///
/// cosign takes the bytes as they come, so a line end that a pipe added is part of the passphrase
/// ([#withoutLineEnd()]). [#close] wipes them, and a closed passphrase opens and makes nothing.
public final class Passphrase implements AutoCloseable {
  private final byte[] secret;
  private boolean closed;

  private Passphrase(byte[] secret) {
    this.secret = secret;
  }

  /// A passphrase of a copy of `bytes`; the caller wipes its own.
  public static Passphrase of(byte[] bytes) {
    return new Passphrase(bytes.clone());
  }

  /// A passphrase of the UTF-8 bytes of `text`; the caller wipes its own.
  public static Passphrase of(char[] text) {
    var room = new byte[3 * text.length];
    var utf8 = ByteBuffer.wrap(room);
    var result =
        StandardCharsets.UTF_8
            .newEncoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .encode(CharBuffer.wrap(text), utf8, true);
    if (result.isError()) {
      throw new AssertionError("UTF-8 has a place for every character");
    }
    var secret = Arrays.copyOf(room, utf8.position());
    Arrays.fill(room, (byte) 0);
    return new Passphrase(secret);
  }

  /// Whether there are no bytes, which is a passphrase too.
  public boolean isEmpty() {
    return secret.length == 0;
  }

  /// Whether `other` has the same bytes.
  public boolean matches(Passphrase other) {
    return MessageDigest.isEqual(secret, other.secret);
  }

  /// The passphrase without its last `\n` or `\r\n`; empty if it ends in none.
  public Optional<Passphrase> withoutLineEnd() {
    int length = secret.length;
    if (length == 0 || secret[length - 1] != '\n') {
      return Optional.empty();
    }
    int line = length > 1 && secret[length - 2] == '\r' ? length - 2 : length - 1;
    return Optional.of(new Passphrase(Arrays.copyOf(secret, line)));
  }

  /// A copy of the bytes, for who must store them; the caller wipes it.
  ///
  /// @throws IllegalStateException after [#close]
  public byte[] toArray() {
    return reveal().clone();
  }

  /// The bytes themselves, not a copy.
  ///
  /// @throws IllegalStateException after [#close]
  byte[] reveal() {
    if (closed) {
      throw new IllegalStateException("the passphrase is closed");
    }
    return secret;
  }

  /// Wipes the bytes.
  @Override
  public void close() {
    closed = true;
    Arrays.fill(secret, (byte) 0);
  }

  @Override
  public String toString() {
    return "a passphrase";
  }
}
