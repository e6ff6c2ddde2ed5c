package dev.countersign.provider;

import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.json.JsonValue.JsonString;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.ImageReference.Tagged;
import dev.countersign.provider.CheckBounds.Owner;
import dev.countersign.provider.DecisionRecord.Outcome;
import dev.countersign.provider.DecisionRecord.Why;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.RegistryException;
import java.io.IOException;

/// `/v1/mutate`: a tag becomes a digest. No verdict: what does not resolve comes back as it is, for
/// validation to judge.
record MutateEndpoint(ContentStore store, Checks<Tagged, Resolution> checks, Metrics metrics)
    implements Endpoint {
  /// What a tag stands for.
  sealed interface Resolution {
    /// This digest.
    record Found(Digested image) implements Resolution {}

    /// Nothing, and asking again will not change that.
    record Nothing(String code) implements Resolution {}

    /// Nobody can say now.
    record Unknown(String code, String cause) implements Resolution {}
  }

  @Override
  public String path() {
    return "/v1/mutate";
  }

  @Override
  public Pending<Reply> begin(String key) {
    try {
      return switch (ImageReference.parse(key)) {
        case Digested _ -> Pending.known(unchanged(key, "has-digest", Source.UNASKED));
        case Tagged tagged -> resolve(tagged).map(resolution -> reply(key, resolution));
      };
    } catch (FormatException e) {
      return Pending.known(unchanged(key, "no-reference", Source.UNASKED));
    }
  }

  private Pending<Resolution> resolve(Tagged image) {
    var owner = new Owner(image.repository().registry());
    return checks
        .join(image, owner, deadline -> resolve(image, deadline))
        .<Pending<Resolution>>map(check ->
            deadline ->
                check
                    .await(deadline)
                    .orElseGet(() -> new Resolution.Unknown(Verdict.LATE, Checks.LATE)))
        .orElseGet(() -> shed(owner));
  }

  private Pending<Resolution> shed(Owner owner) {
    metrics.shed("check");
    return Pending.known(new Resolution.Unknown("shed", Checks.crowded(owner)));
  }

  private Resolution resolve(Tagged image, Deadline deadline) {
    try {
      return store
          .resolve(image, deadline)
          .<Resolution>map(Resolution.Found::new)
          .orElseGet(() -> new Resolution.Nothing("image-absent"));
    } catch (RegistryException e) {
      return e.fault().isPassing()
          ? new Resolution.Unknown("fault", e.problem())
          : new Resolution.Nothing(code(e.fault()));
    } catch (IOException e) {
      return new Resolution.Unknown("fault", OneLine.of(String.valueOf(e.getMessage())));
    }
  }

  private static String code(RegistryException.Fault fault) {
    return fault == RegistryException.Fault.ADDRESS_NOT_ALLOWED
        ? "address-not-allowed"
        : "limit-reached";
  }

  private static Reply reply(String key, Resolution resolution) {
    return switch (resolution) {
      case Resolution.Found(var image) ->
          Reply.of(
              DecisionRecord.of(key, Outcome.RESOLVED, new Why("resolved", ""))
                  .withDigest(image.digest())
                  .from(Source.FRESH),
              new Item.Answer(key, new JsonString(withTag(key) + '@' + image.digest())));
      case Resolution.Nothing(var code) -> unchanged(key, code, Source.FRESH);
      case Resolution.Unknown(var code, var cause) ->
          Reply.none(
              DecisionRecord.of(key, Outcome.UNDETERMINED, new Why(code, cause))
                  .from(Source.FRESH));
    };
  }

  private static Reply unchanged(String key, String code, Source source) {
    return Reply.of(
        DecisionRecord.of(key, Outcome.UNCHANGED, new Why(code, "")).from(source),
        new Item.Answer(key, new JsonString(key)));
  }

  /// The text of a tagged reference with the tag that it means.
  private static String withTag(String key) {
    return key.lastIndexOf(':') > key.lastIndexOf('/') ? key : key + ":latest";
  }
}
