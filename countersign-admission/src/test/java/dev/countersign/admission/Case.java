package dev.countersign.admission;

import dev.countersign.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/// One object under review and the verdict that it must get.
///
/// @param name what it shows, with the words that were put in for `each`
/// @param question `review`, `parameters` and `answer`, as `regotest` reads them
/// @param refused what each violation must say a part of, one part a violation; empty: admitted
/// @param keys the keys that the provider must be asked for in its one call, sorted; empty: no call
record Case(String name, JsonObject question, List<String> refused, List<String> keys) {
  Case {
    refused = List.copyOf(refused);
    keys = List.copyOf(keys);
  }

  /// What is wrong with `verdict`, empty if nothing.
  String differenceFrom(Opa.Verdict verdict) {
    var calls = verdict.calls().stream().map(call -> call.stream().sorted().toList()).toList();
    var expected = keys.isEmpty() ? List.of() : List.of(keys);
    if (!calls.equals(expected)) {
      return "expected calls " + expected + ", got " + calls;
    }
    var unexplained = new ArrayList<>(verdict.messages());
    for (var part : refused) {
      if (unexplained.stream().noneMatch(message -> message.contains(part))) {
        return "expected a violation with «" + part + "», got " + verdict.messages();
      }
      unexplained.remove(
          unexplained.stream().filter(message -> message.contains(part)).findFirst().orElseThrow());
    }
    return unexplained.isEmpty() ? "" : "expected no violation " + unexplained;
  }
}
