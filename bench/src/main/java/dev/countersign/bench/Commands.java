package dev.countersign.bench;

import dev.countersign.bench.Bench.Row;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.Quirk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// The command beside cosign 3.1, process by process.
final class Commands {
  private static final int RUNS = 15;
  private static final int RUNS_OF_MANY = 4;
  private static final int WARM_UPS = 1;
  private static final int MANY = 20;
  private static final String RIVAL = "cosign 3.1";
  private static final Map<String, String> ENVIRONMENT = Map.of("COSIGN_PASSWORD", "");
  private static final List<String> SIGN =
      List.of(
          "sign", "--key", "cosign.key", "-y", "--tlog-upload=false", "--use-signing-config=false");
  private static final List<String> ATTEST =
      words(
          List.of("attest", "--type", "custom", "--predicate", "predicate.json"),
          SIGN.subList(1, SIGN.size()));
  private static final List<String> VERIFY =
      List.of("verify", "--key", "cosign.pub", "--insecure-ignore-tlog=true");
  private static final List<String> VERIFY_ATTESTATION =
      words(List.of("verify-attestation", "--type", "custom"), VERIFY.subList(1, VERIFY.size()));

  private final Path countersign;
  private final Path cosign;
  private final Path folder;
  private final Report report;

  Commands(Programs programs, Path folder, Report report) {
    this.countersign = programs.countersign();
    this.cosign =
        programs
            .cosign()
            .orElseThrow(
                () -> new IllegalStateException("expected cosign 3.1; .ci/peers installs it"));
    this.folder = folder;
    this.report = report;
  }

  /// What pipelines find: how a signature is stored, and what the registry can do.
  private enum Form {
    TAG("tag form, no referrers API"),
    INDEX("bundle form, index by tag"),
    REFERRERS("bundle form, referrers API");

    private final String text;

    Form(String text) {
      this.text = text;
    }

    List<String> flags() {
      return this == TAG ? List.of("--new-bundle-format=false") : List.of();
    }

    Quirk[] quirks() {
      return this == REFERRERS ? new Quirk[0] : new Quirk[] {Quirk.NO_REFERRERS_API};
    }
  }

  /// Both programs' runs, in turn.
  private record Pair(List<Timed> ours, List<Timed> theirs) {
    Sample ours(ToDoubleFunction<Timed> figure) {
      return new Sample(ours.stream().mapToDouble(figure).boxed().toList());
    }

    Sample theirs(ToDoubleFunction<Timed> figure) {
      return new Sample(theirs.stream().mapToDouble(figure).boxed().toList());
    }
  }

  List<Row> rows() {
    var rows = new ArrayList<Row>();
    rows.add(new Row("command.text", this::texts));
    for (var form : Form.values()) {
      rows.add(new Row("command." + form.name().toLowerCase(Locale.ROOT), () -> verify(form)));
    }
    rows.add(new Row("command.sign", this::sign));
    return rows;
  }

  private void texts() throws IOException, InterruptedException {
    wall("`version`", pair(run -> List.of("version")), 1.3);
    wall("`--help`", pair(run -> List.of("--help")), 1.3);
  }

  private void verify(Form form) throws IOException, InterruptedException {
    makeKey();
    try (var registry =
            InProcessRegistry.start(InProcessOptions.DEFAULT.withQuirks(form.quirks()));
        var near = new LatencyProxy(registry.port(), Duration.ZERO);
        var far = new LatencyProxy(registry.port(), Duration.ofMillis(20))) {
      var images = new Images(registry);
      var names = IntStream.range(0, MANY).mapToObj(i -> images.push("verify/" + i)).toList();
      run(command(countersign, words(SIGN, form.flags(), on(near, names))));
      run(command(countersign, words(ATTEST, form.flags(), on(near, names.subList(0, 1)))));
      signatures(form, near, far, names);
      var attestation = pair(run -> words(VERIFY_ATTESTATION, on(near, names.subList(0, 1))));
      wall("`verify-attestation`, " + form.text, attestation, 1.5);
    }
  }

  private void signatures(Form form, LatencyProxy near, LatencyProxy far, List<String> names)
      throws IOException, InterruptedException {
    var first = names.subList(0, 1);
    var one = pair(run -> words(VERIFY, on(near, first)));
    wall("`verify`, " + form.text, one, 1.5);
    report.atMost(
        "the same, peak memory", "MiB", one.ours(Timed::peak), RIVAL, one.theirs(Timed::peak), 1.0);
    report.figure(
        "the same, processor time",
        one.ours(Timed::cpu).text("ms") + ", " + RIVAL + ' ' + one.theirs(Timed::cpu).text("ms"),
        "");
    var late = ", " + form.text + ", 20 ms a request";
    wall("`verify`" + late, pair(run -> words(VERIFY, on(far, first))), 0.75);
    wall(
        "`verify` of 20 images" + late,
        pair(RUNS_OF_MANY, run -> words(VERIFY, on(far, names))),
        0.12);
  }

  private void makeKey() throws IOException, InterruptedException {
    if (!Files.exists(folder.resolve("cosign.key"))) {
      Files.writeString(folder.resolve("predicate.json"), "{}");
      run(List.of(cosign.toString(), "generate-key-pair"));
    }
  }

  private void run(List<String> command) throws IOException, InterruptedException {
    var _ = Timed.run(folder, ENVIRONMENT, command);
  }

  private void sign() throws IOException, InterruptedException {
    makeKey();
    try (var registry = InProcessRegistry.start();
        var near = new LatencyProxy(registry.port(), Duration.ZERO);
        var far = new LatencyProxy(registry.port(), Duration.ofMillis(20))) {
      var images = new Images(registry);
      wall(
          "`sign`, a fresh image",
          pair(run -> words(SIGN, on(near, List.of(images.push("sign/" + run))))),
          1.5);
      wall(
          "`sign`, 20 fresh images, 20 ms a request",
          pair(
              RUNS_OF_MANY,
              run ->
                  words(
                      SIGN,
                      on(
                          far,
                          IntStream.range(0, MANY)
                              .mapToObj(i -> images.push("many/" + run + '/' + i))
                              .toList()))),
          0.2);
    }
  }

  private static List<String> on(LatencyProxy way, List<String> names) {
    return names.stream().map(name -> way.hostAndPort() + '/' + name).toList();
  }

  private void wall(String what, Pair pair, double reach) throws IOException {
    report.atMost(what, "ms", pair.ours(Timed::wall), RIVAL, pair.theirs(Timed::wall), reach);
  }

  /// Runs both in turn; `arguments` are made for each run by a name that no other run has.
  private Pair pair(Function<String, List<String>> arguments)
      throws IOException, InterruptedException {
    return pair(RUNS, arguments);
  }

  private Pair pair(int runs, Function<String, List<String>> arguments)
      throws IOException, InterruptedException {
    var pair = new Pair(new ArrayList<>(), new ArrayList<>());
    for (int i = -WARM_UPS; i < runs; i++) {
      var ours = Timed.run(folder, ENVIRONMENT, command(countersign, arguments.apply("ours" + i)));
      var theirs = Timed.run(folder, ENVIRONMENT, command(cosign, arguments.apply("theirs" + i)));
      if (i >= 0) {
        pair.ours.add(ours);
        pair.theirs.add(theirs);
      }
    }
    return pair;
  }

  @SafeVarargs
  private static List<String> words(List<String>... parts) {
    var words = new ArrayList<String>();
    for (var part : parts) {
      words.addAll(part);
    }
    return words;
  }

  private static List<String> command(Path program, List<String> arguments) {
    return words(List.of(program.toString()), arguments);
  }
}
