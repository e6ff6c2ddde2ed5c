package dev.countersign.registry;

import dev.countersign.format.Bytes;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// One HTTP answer, read whole.
///
/// @param headers values by lower-case name, in the order in which they came
record Response(int status, Map<String, List<String>> headers, Bytes body) {
  /// The most of a body that is read where the body is not the answer.
  static final int MAX_ERROR_BYTES = 64 << 10;

  boolean isSuccess() {
    return status >= 200 && status < 300;
  }

  List<String> headers(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }

  /// The media type of the body without its parameters; empty if none is told.
  String mediaType() {
    var type = header("Content-Type").orElse("");
    int semicolon = type.indexOf(';');
    return (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
  }

  Optional<String> header(String name) {
    return headers(name).stream().findFirst();
  }
}
