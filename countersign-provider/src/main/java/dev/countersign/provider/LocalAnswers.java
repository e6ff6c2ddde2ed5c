package dev.countersign.provider;

import dev.countersign.format.Bytes;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What a server answers at `/v1/verify`, without a server: for commands that judge by the same
/// policies. Safe for use by one thread.
public final class LocalAnswers {
  private final VerifyEndpoint endpoint;

  /// @param patience how long one image may take
  public LocalAnswers(Policies policies, ContentStore store, Duration patience) {
    endpoint = new VerifyEndpoint(Judge.alone(policies, store, patience), Denials.FULL);
  }

  /// A `ProviderResponse` in JSON; a key about which nothing is known at the deadline has no item.
  public Bytes verify(List<String> keys, Deadline deadline) {
    var pending = keys.stream().map(endpoint::begin).toList();
    var items = new ArrayList<Item>();
    var failures = new Failures();
    for (var one : pending) {
      var reply = one.await(deadline);
      reply.item().ifPresentOrElse(items::add, () -> failures.add(reply.decision()));
    }
    return new ProviderResponse(items, failures.toString()).toBytes();
  }
}
