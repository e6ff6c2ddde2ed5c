package dev.countersign.certificate;

/// What a certificate may be used for ([RFC 5280
/// §4.2.1.12](https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.12)).
public enum Purpose {
  CODE_SIGNING("1.3.6.1.5.5.7.3.3"),
  TIME_STAMPING("1.3.6.1.5.5.7.3.8");

  static final String EXTENSION = "2.5.29.37";
  static final String ANY = "2.5.29.37.0";

  private final String oid;

  Purpose(String oid) {
    this.oid = oid;
  }

  String oid() {
    return oid;
  }

  /// As people call it.
  @Override
  public String toString() {
    return this == CODE_SIGNING ? "code signing" : "timestamping";
  }
}
