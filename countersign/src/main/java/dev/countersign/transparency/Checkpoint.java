package dev.countersign.transparency;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.key.SignatureScheme;
import dev.countersign.trust.TrustedLog;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/// A log's signed statement of its size and root, not yet believed
/// ([tlog-checkpoint](https://github.com/C2SP/C2SP/blob/main/tlog-checkpoint.md), a [signed
/// note](https://github.com/C2SP/C2SP/blob/main/signed-note.md)).
///
/// @param text what is signed, its last line feed included
/// @param origin the log's name for itself
/// @param size the number of entries
/// @param signatures the log's and those of others, in any order
record Checkpoint(
    String text, String origin, long size, Bytes root, List<NoteSignature> signatures) {
  private static final int MAX_CHARACTERS = 65_536;
  private static final int MAX_SIGNATURES = 64;
  private static final int HINT_BYTES = 4;
  private static final int ED25519_BYTES = 32;
  private static final byte ED25519 = 1;
  private static final Pattern SIZE = Pattern.compile("0|[1-9][0-9]{0,17}");
  private static final Pattern TREE_ID = Pattern.compile(".+ - [0-9]+");
  private static final String DASH = "\u2014 ";

  Checkpoint {
    signatures = List.copyOf(signatures);
  }

  /// @param name of the signer's key
  /// @param hint what the key's identifier begins with
  record NoteSignature(String name, Bytes hint, Bytes signature) {}

  /// What kind of log it is of.
  enum Kind {
    /// Rekor 1: its origin ends with the number of a tree, and keys are named by their hash.
    TREE,
    /// Rekor 2: its origin is its host, which is the name of its key.
    TILES
  }

  static Checkpoint parse(String note) throws FormatException {
    if (note.length() > MAX_CHARACTERS) {
      throw new FormatException("expected a checkpoint, got " + note.length() + " characters");
    }
    if (note.chars().anyMatch(character -> character < ' ' && character != '\n')) {
      throw new FormatException("expected no control characters in the checkpoint, got one");
    }
    int end = note.indexOf("\n\n");
    if (end < 0 || !note.endsWith("\n")) {
      throw new FormatException("expected an empty line in the checkpoint, got none");
    }
    var lines = note.substring(0, end).split("\n", -1);
    if (lines.length < 3 || lines[0].isEmpty()) {
      throw new FormatException("expected origin, size and root in the checkpoint, got less");
    }
    if (!SIZE.matcher(lines[1]).matches()) {
      throw new FormatException("expected a size in the checkpoint, got " + lines[1]);
    }
    var root = Base64Text.decode(lines[2]);
    if (root.size() != HashAlgorithm.SHA256.size()) {
      throw new FormatException("expected a root hash in the checkpoint, got " + root);
    }
    return new Checkpoint(
        note.substring(0, end + 1),
        lines[0],
        Long.parseLong(lines[1]),
        root,
        signatures(note.substring(end + 2)));
  }

  private static List<NoteSignature> signatures(String lines) throws FormatException {
    var signatures = new ArrayList<NoteSignature>();
    for (var line : lines.lines().toList()) {
      int space = line.lastIndexOf(' ');
      if (!line.startsWith(DASH) || space <= DASH.length()) {
        throw new FormatException("expected a signature line in the checkpoint, got another");
      }
      if (signatures.size() == MAX_SIGNATURES) {
        throw new FormatException("expected at most " + MAX_SIGNATURES + " signatures, got more");
      }
      var bytes = Base64Text.decode(line.substring(space + 1)).toArray();
      if (bytes.length <= HINT_BYTES) {
        throw new FormatException("expected a signature in the checkpoint, got " + bytes.length);
      }
      signatures.add(
          new NoteSignature(
              line.substring(DASH.length(), space),
              Bytes.copyOf(Arrays.copyOf(bytes, HINT_BYTES)),
              Bytes.copyOf(Arrays.copyOfRange(bytes, HINT_BYTES, bytes.length))));
    }
    return signatures;
  }

  /// Whether `log` signed it under its own name. Signatures by others, as witnesses, prove nothing
  /// here: nobody has named their keys.
  boolean isSignedBy(TrustedLog log, Kind kind) {
    return hasName(log, kind)
        && signatures.stream()
            .filter(one -> kind == Kind.TREE || one.name().equals(origin))
            .filter(one -> one.hint().equals(hint(log, kind)))
            .anyMatch(one -> log.key().verify(Bytes.utf8(text), one.signature()).isPresent());
  }

  private boolean hasName(TrustedLog log, Kind kind) {
    return switch (kind) {
      case TREE -> TREE_ID.matcher(origin).matches();
      case TILES -> log.isNamed(origin);
    };
  }

  private Bytes hint(TrustedLog log, Kind kind) {
    var spki = log.key().spki();
    if (kind == Kind.TREE || !log.key().schemes().contains(SignatureScheme.ED25519)) {
      return firstBytes(HashAlgorithm.SHA256.of(spki));
    }
    var key = spki.toArray();
    var named = new ByteArrayOutputStream();
    named.writeBytes(Bytes.utf8(origin + '\n').toArray());
    named.write(ED25519);
    named.write(key, key.length - ED25519_BYTES, ED25519_BYTES);
    return firstBytes(HashAlgorithm.SHA256.of(Bytes.copyOf(named.toByteArray())));
  }

  private static Bytes firstBytes(Bytes hash) {
    return Bytes.copyOf(Arrays.copyOf(hash.toArray(), HINT_BYTES));
  }
}
