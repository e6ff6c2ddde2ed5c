package dev.countersign.provider;

import dev.countersign.policy.Gathered;
import java.util.List;

/// What a look at registries brought, and which questions it took.
record Looked(Gathered gathered, List<RegistryCall> calls) {
  Looked {
    calls = List.copyOf(calls);
  }
}
