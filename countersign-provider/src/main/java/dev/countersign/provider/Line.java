package dev.countersign.provider;

import dev.countersign.format.OneLine;

/// Why an image is denied, in one line: `what (detail): todo`.
///
/// @param what short, and of words of this program and of the policy alone: what strangers write is
///   not in it
/// @param detail what was found beside what was wanted; may be empty
/// @param todo what a developer can do; may be empty
record Line(String what, String detail, String todo) {
  private static final int MAX_DETAIL = 300;

  Line {
    detail = cut(OneLine.of(detail));
  }

  /// All of it.
  String full() {
    return detail.isEmpty() ? terse() : what + " (" + detail + ')' + then();
  }

  /// Without what tells who signs.
  String terse() {
    return what + then();
  }

  private String then() {
    return todo.isEmpty() ? "" : ": " + todo;
  }

  private static String cut(String text) {
    return text.codePointCount(0, text.length()) <= MAX_DETAIL
        ? text
        : text.substring(0, text.offsetByCodePoints(0, MAX_DETAIL)) + '…';
  }
}
