package dev.countersign.provider;

import java.util.List;

/// A verdict, and what it rests on.
record Judged(Verdict verdict, Grounds grounds) {
  /// The same from somewhere.
  Judged from(Source source, List<RegistryCall> calls) {
    return new Judged(verdict, grounds.from(source, calls));
  }
}
