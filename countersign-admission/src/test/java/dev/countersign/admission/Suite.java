package dev.countersign.admission;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Cases put to a compiled template.
final class Suite {
  private Suite() {}

  /// One line a case that does not get its verdict: its name and how it differs.
  ///
  /// @param enough how many to look for
  static List<String> differences(Opa opa, List<Case> cases, int enough) throws IOException {
    var wrong = new ArrayList<String>();
    for (var one : cases) {
      var difference = one.differenceFrom(opa.judge(one.question()));
      if (!difference.isEmpty()) {
        wrong.add("\n" + one.name() + ": " + difference);
      }
      if (wrong.size() == enough) {
        break;
      }
    }
    return wrong;
  }
}
