package dev.countersign.certificate;

import dev.countersign.der.DerReader;
import dev.countersign.der.DerWriter;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What is signed of a certificate, as its elements byte for byte ([RFC 5280
/// §4.1](https://www.rfc-editor.org/rfc/rfc5280#section-4.1)).
///
/// @param head the elements from the version to the subject
/// @param spki the SubjectPublicKeyInfo
/// @param extensions each a whole SEQUENCE
record TbsCertificate(List<Bytes> head, Bytes spki, List<Bytes> extensions) {
  private static final int VERSION = 0xa0;
  private static final int EXTENSIONS = 0xa3;

  TbsCertificate {
    head = List.copyOf(head);
    extensions = List.copyOf(extensions);
  }

  /// Reads the first member of the certificate `der`.
  ///
  /// @throws FormatException if it has none, or the old unique identifiers
  static TbsCertificate parse(Bytes der) throws FormatException {
    var tbs = DerReader.ofSequence(der.toArray()).inside(DerReader.SEQUENCE);
    var head = new ArrayList<Bytes>();
    if (tbs.has(VERSION)) {
      head.add(Bytes.copyOf(tbs.element()));
    }
    for (int tag :
        new int[] {
          DerReader.INTEGER,
          DerReader.SEQUENCE,
          DerReader.SEQUENCE,
          DerReader.SEQUENCE,
          DerReader.SEQUENCE
        }) {
      head.add(Bytes.copyOf(DerWriter.element(tag, tbs.content(tag))));
    }
    var spki = Bytes.copyOf(DerWriter.sequence(tbs.content(DerReader.SEQUENCE)));
    var extensions = new ArrayList<Bytes>();
    if (tbs.has(EXTENSIONS)) {
      var explicit = tbs.inside(EXTENSIONS);
      var items = explicit.inside(DerReader.SEQUENCE);
      explicit.expectEnd();
      while (!items.isAtEnd()) {
        extensions.add(Bytes.copyOf(items.element()));
      }
    }
    tbs.expectEnd();
    return new TbsCertificate(head, spki, extensions);
  }

  /// The same without the extension `oid` (hex), which must be there once; empty otherwise.
  Optional<TbsCertificate> without(String oid) throws FormatException {
    var others = new ArrayList<Bytes>();
    for (var extension : extensions) {
      if (!DerReader.ofSequence(extension.toArray()).objectIdentifier().equals(oid)) {
        others.add(extension);
      }
    }
    return others.size() == extensions.size() - 1
        ? Optional.of(new TbsCertificate(head, spki, others))
        : Optional.empty();
  }

  /// Its DER.
  byte[] toDer() {
    var parts = new ArrayList<byte[]>();
    head.forEach(element -> parts.add(element.toArray()));
    parts.add(spki.toArray());
    if (!extensions.isEmpty()) {
      var items = extensions.stream().map(Bytes::toArray).toArray(byte[][]::new);
      parts.add(DerWriter.element(EXTENSIONS, DerWriter.sequence(items)));
    }
    return DerWriter.sequence(parts.toArray(byte[][]::new));
  }
}
