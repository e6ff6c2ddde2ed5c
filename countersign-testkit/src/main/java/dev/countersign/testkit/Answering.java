package dev.countersign.testkit;

import java.io.IOException;

/// From a request to its answer, when nothing is to go wrong.
@FunctionalInterface
interface Answering {
  /// The answer, unless it is an error.
  Reply answer(Call call) throws Refusal, IOException;
}
