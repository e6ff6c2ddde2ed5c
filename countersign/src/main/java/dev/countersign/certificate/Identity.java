package dev.countersign.certificate;

import dev.countersign.der.DerReader;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Whom a signer's certificate names.
///
/// @param subjects its subject alternative names, most often one: a workflow's URL, an e-mail
///   address
/// @param extensions what Fulcio wrote about the token that it issued the certificate for
public record Identity(List<String> subjects, Map<FulcioExtension, String> extensions) {
  private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
  private static final int MAX_SUBJECTS = 32;
  private static final int OTHER_NAME = 0xa0;
  private static final int EMAIL = 0x81;
  private static final int DNS = 0x82;
  private static final int URI = 0x86;

  /// 1.3.6.1.4.1.57264.1.7, a user's name that is no e-mail address.
  private static final String USER_NAME = "2b0601040183bf300107";

  public Identity {
    subjects = List.copyOf(subjects);
    var copy = new EnumMap<FulcioExtension, String>(FulcioExtension.class);
    copy.putAll(extensions);
    extensions = Collections.unmodifiableMap(copy);
  }

  /// Reads them from `certificate`.
  ///
  /// @throws FormatException if one of them is not what its specification says
  public static Identity of(Certificate certificate) throws FormatException {
    var names = certificate.extension(SUBJECT_ALTERNATIVE_NAME);
    return new Identity(
        names.isEmpty() ? List.of() : subjects(names.get()), extensions(certificate));
  }

  /// The issuer of that token, a URL.
  public Optional<String> issuer() {
    return extension(FulcioExtension.ISSUER).or(() -> extension(FulcioExtension.OLD_ISSUER));
  }

  /// The value of one extension.
  public Optional<String> extension(FulcioExtension extension) {
    return Optional.ofNullable(extensions.get(extension));
  }

  /// GeneralNames ([RFC 5280 §4.2.1.6](https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.6));
  /// names of kinds that nobody signs as are passed over.
  private static List<String> subjects(byte[] der) throws FormatException {
    var names = DerReader.ofSequence(der);
    var subjects = new ArrayList<String>();
    while (!names.isAtEnd()) {
      if (subjects.size() == MAX_SUBJECTS) {
        throw new FormatException("expected at most " + MAX_SUBJECTS + " names in a certificate");
      }
      if (names.has(EMAIL)) {
        subjects.add(ascii(names.content(EMAIL)));
      } else if (names.has(DNS)) {
        subjects.add(ascii(names.content(DNS)));
      } else if (names.has(URI)) {
        subjects.add(ascii(names.content(URI)));
      } else if (names.has(OTHER_NAME)) {
        userName(names.inside(OTHER_NAME)).ifPresent(subjects::add);
      } else {
        names.element();
      }
    }
    return subjects;
  }

  private static Optional<String> userName(DerReader name) throws FormatException {
    if (!name.objectIdentifier().equals(USER_NAME)) {
      return Optional.empty();
    }
    var value = name.inside(OTHER_NAME);
    var text = Bytes.copyOf(value.content(DerReader.UTF8_STRING)).toUtf8();
    value.expectEnd();
    name.expectEnd();
    return Optional.of(text);
  }

  private static Map<FulcioExtension, String> extensions(Certificate certificate)
      throws FormatException {
    var extensions = new EnumMap<FulcioExtension, String>(FulcioExtension.class);
    for (var extension : FulcioExtension.values()) {
      var value = certificate.extension(extension.oid());
      if (value.isPresent()) {
        extensions.put(extension, extension.isRaw() ? raw(value.get()) : utf8(value.get()));
      }
    }
    return extensions;
  }

  private static String raw(byte[] value) throws FormatException {
    return Bytes.copyOf(value).toUtf8();
  }

  private static String utf8(byte[] value) throws FormatException {
    var reader = DerReader.of(value);
    var text = Bytes.copyOf(reader.content(DerReader.UTF8_STRING)).toUtf8();
    reader.expectEnd();
    return text;
  }

  private static String ascii(byte[] text) throws FormatException {
    for (var octet : text) {
      if (octet <= ' ' || octet == 0x7f) {
        throw new FormatException("expected a name in visible ASCII, got other characters");
      }
    }
    return raw(text);
  }

  /// Its subjects, for people.
  @Override
  public String toString() {
    return subjects.isEmpty() ? "nobody" : OneLine.of(String.join(", ", subjects));
  }
}
