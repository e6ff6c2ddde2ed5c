package dev.countersign.cli.interop;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// sigstore's verifier for Node, one process for many bundles: does this key vouch for what is
/// enclosed, or those whom a trusted root names? It looks at no statement.
final class SigstoreJs implements AutoCloseable {
  private static final int BATCH = 50;

  private final Process process;
  private final BufferedWriter questions;
  private final BufferedReader answers;

  private SigstoreJs(Process process) {
    this.process = process;
    this.questions = process.outputWriter(UTF_8);
    this.answers = process.inputReader(UTF_8);
  }

  static SigstoreJs start(Path folder) throws IOException {
    var peer = Peers.require("sigstore-js");
    System.out.println(peer.name() + ' ' + peer.version());
    var program =
        peer.isolated(folder, folder, Map.of())
            .redirectInput(ProcessBuilder.Redirect.PIPE)
            .redirectError(folder.resolve("sigstore-js.log").toFile());
    return new SigstoreJs(program.start());
  }

  /// What it says of each bundle.
  List<Verdict> judge(String publicKey, List<Bytes> bundles) throws IOException, FormatException {
    return ask(
        bundles.stream()
            .map(bundle ->
                JsonObject.empty().with("key", publicKey).with("bundle", Base64Text.encode(bundle)))
            .toList());
  }

  /// What it says of one bundle, by those whom `trustedRoot` names.
  ///
  /// @param artifact the file that was signed; empty for an envelope
  /// @param timestamps how many logs or authorities must tell its time
  Verdict judge(String trustedRoot, Bytes bundle, Optional<Bytes> artifact, long timestamps)
      throws IOException, FormatException {
    return judge(trustedRoot, List.of(bundle), artifact, timestamps).getFirst();
  }

  /// The same of each bundle.
  List<Verdict> judge(
      String trustedRoot, List<Bytes> bundles, Optional<Bytes> artifact, long timestamps)
      throws IOException, FormatException {
    var asked =
        JsonObject.empty()
            .with("trustedRoot", Base64Text.encode(Bytes.utf8(trustedRoot)))
            .with("timestamps", timestamps);
    if (artifact.isPresent()) {
      asked = asked.with("artifact", Base64Text.encode(artifact.get()));
    }
    var question = asked;
    return ask(
        bundles.stream()
            .map(bundle -> question.with("bundle", Base64Text.encode(bundle)))
            .toList());
  }

  private List<Verdict> ask(List<JsonObject> asked) throws IOException, FormatException {
    var verdicts = new ArrayList<Verdict>();
    int pending = 0;
    for (var question : asked) {
      // Few enough for the pipes: neither side waits for the other.
      if (pending == BATCH) {
        questions.flush();
        for (; pending > 0; pending--) {
          verdicts.add(answer());
        }
      }
      questions.write(question.toBytes().toUtf8());
      questions.newLine();
      pending++;
    }
    questions.flush();
    for (; pending > 0; pending--) {
      verdicts.add(answer());
    }
    return verdicts;
  }

  private Verdict answer() throws IOException, FormatException {
    var line = answers.readLine();
    if (line == null) {
      throw new IOException("expected an answer of sigstore-js, got none");
    }
    var json = JsonValue.parseObject(Bytes.utf8(line));
    var accepted = json.find("accepted").orElseThrow().equals(new JsonValue.JsonBoolean(true));
    return new Verdict(accepted, json.findString("why").orElse(""));
  }

  @Override
  public void close() {
    Peer.end(process);
  }
}
