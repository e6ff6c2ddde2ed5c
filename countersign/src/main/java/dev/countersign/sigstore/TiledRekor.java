package dev.countersign.sigstore;

import dev.countersign.format.FormatException;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.WebServices;
import dev.countersign.registry.WebServices.Answer;
import dev.countersign.registry.WebServices.Question;
import dev.countersign.transparency.LogEntry;
import java.io.IOException;

/// A log that speaks [Rekor's second
/// version](https://github.com/sigstore/rekor-tiles/blob/main/CLIENTS.md): it proves what it
/// records, and tells no time.
public record TiledRekor(WebServices web, String url) implements Log {
  private static final int MAX_BYTES = 10 << 20;

  @Override
  public LogEntry record(Proposal proposal, Deadline deadline) throws FormatException, IOException {
    var endpoint = Fulcio.endpoint(url, "/api/v2/log/entries");
    var answer = web.ask(Question.post(endpoint, proposal.second(), MAX_BYTES), deadline);
    return switch (answer) {
      case Answer.Done(var body) -> {
        var entry = LogEntry.parseBundled(body);
        proposal.requireRecorded(entry);
        yield entry;
      }
      // Where it is cannot be told without reading the log: sign anew, with another signature.
      case Answer.AlreadyThere there ->
          throw new FormatException(
              "expected a new signature, got one that the log holds already: " + url);
    };
  }
}
