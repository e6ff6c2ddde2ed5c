package dev.countersign.cli;

import java.util.ArrayList;
import java.util.List;

/// Texts between commas, as pflag's `StringSlice` reads them: an item in double quotes may hold
/// commas, and two quotes in it are one. A quote inside an item is itself.
final class CommaList {
  private final String text;
  private int at;

  private CommaList(String text) {
    this.text = text;
  }

  static List<String> parse(String text) {
    if (text.isEmpty()) {
      return List.of();
    }
    var list = new CommaList(text);
    var items = new ArrayList<String>();
    do {
      items.add(list.next());
    } while (list.at++ < text.length());
    return items;
  }

  /// The next item; leaves `at` on the comma behind it, or at the end.
  private String next() {
    var item = new StringBuilder();
    if (at < text.length() && text.charAt(at) == '"') {
      quoted(item);
    }
    while (at < text.length() && text.charAt(at) != ',') {
      item.append(text.charAt(at++));
    }
    return item.toString();
  }

  private void quoted(StringBuilder item) {
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c != '"') {
        item.append(c);
      } else if (at + 1 < text.length() && text.charAt(at + 1) == '"') {
        item.append(c);
        at++;
      } else {
        at++;
        return;
      }
    }
  }
}
