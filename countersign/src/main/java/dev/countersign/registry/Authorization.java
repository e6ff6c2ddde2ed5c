package dev.countersign.registry;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;

/// The value of an `Authorization` header, until when it may be used.
///
/// @param value a secret
record Authorization(String value, Deadline end) {
  static String basic(Credentials.Basic credentials) {
    return "Basic "
        + Base64Text.encode(Bytes.utf8(credentials.user() + ':' + credentials.password().reveal()));
  }

  @Override
  public String toString() {
    return "Authorization[redacted]";
  }
}
