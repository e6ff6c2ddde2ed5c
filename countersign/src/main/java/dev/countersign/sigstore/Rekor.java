package dev.countersign.sigstore;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.WebServices;
import dev.countersign.registry.WebServices.Answer;
import dev.countersign.registry.WebServices.Question;
import dev.countersign.transparency.LogEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A log that speaks [Rekor's first
/// version](https://github.com/sigstore/rekor/blob/main/openapi.yaml): it promises and proves what
/// it records, and tells when.
public record Rekor(WebServices web, String url) implements Log {
  private static final int MAX_BYTES = 16 << 20;
  private static final int MAX_HASHES = 64;
  private static final String ENTRIES = "/api/v1/log/entries";
  private static final Pattern PLACE = Pattern.compile(".*/([0-9a-f]{64,80})");

  @Override
  public LogEntry record(Proposal proposal, Deadline deadline) throws FormatException, IOException {
    var endpoint = Fulcio.endpoint(url, ENTRIES);
    var answer = web.ask(Question.post(endpoint, proposal.first(), MAX_BYTES), deadline);
    var entry =
        parse(
            switch (answer) {
              case Answer.Done(var body) -> body;
              case Answer.AlreadyThere(var location) ->
                  web.fetch(Question.get(endpoint + '/' + place(location), MAX_BYTES), deadline);
            });
    proposal.requireRecorded(entry);
    return entry;
  }

  /// The identifier at the end of what the log says; nothing else of it is followed.
  private static String place(String location) throws FormatException {
    var match = PLACE.matcher(location);
    if (!match.matches()) {
      throw new FormatException("expected the place of an entry in the log, got another text");
    }
    return match.group(1);
  }

  /// Reads an object with one entry, named by its identifier.
  static LogEntry parse(Bytes json) throws FormatException {
    var members = JsonValue.parseObject(json).members();
    if (members.size() != 1) {
      throw new FormatException("expected one log entry, got " + members.size());
    }
    var entry = members.values().iterator().next().asObject("a log entry");
    var body = Base64Text.decode(entry.getString("body"));
    var verification = entry.getObject("verification");
    var promise = verification.findString("signedEntryTimestamp").orElse("");
    var recorded = JsonValue.parseObject(body);
    return new LogEntry(
        hex(entry.getString("logID")),
        notNegative(entry.getLong("logIndex")),
        notNegative(entry.getLong("integratedTime")),
        Optional.of(
            new LogEntry.Kind(recorded.getString("kind"), recorded.getString("apiVersion"))),
        body,
        promise.isEmpty() ? Optional.empty() : Optional.of(Base64Text.decode(promise)),
        Optional.of(proof(verification.getObject("inclusionProof"))));
  }

  private static LogEntry.InclusionProof proof(JsonObject json) throws FormatException {
    List<JsonValue> items = json.getArray("hashes");
    if (items.size() > MAX_HASHES) {
      throw new FormatException("expected at most " + MAX_HASHES + " hashes, got " + items.size());
    }
    var hashes = new ArrayList<Bytes>();
    for (var item : items) {
      hashes.add(hex(item.asString("a hash")));
    }
    return new LogEntry.InclusionProof(
        notNegative(json.getLong("logIndex")),
        notNegative(json.getLong("treeSize")),
        hex(json.getString("rootHash")),
        hashes,
        checkpoint(json.getString("checkpoint")));
  }

  private static String checkpoint(String note) throws FormatException {
    if (note.isEmpty()) {
      throw new FormatException("expected a checkpoint with the proof of inclusion, got none");
    }
    return note;
  }

  private static long notNegative(long number) throws FormatException {
    if (number < 0) {
      throw new FormatException("expected a number that is not negative, got " + number);
    }
    return number;
  }

  private static Bytes hex(String text) throws FormatException {
    try {
      return Bytes.copyOf(HexFormat.of().parseHex(text));
    } catch (IllegalArgumentException e) {
      throw new FormatException("expected hex in the log entry, got another text", e);
    }
  }
}
