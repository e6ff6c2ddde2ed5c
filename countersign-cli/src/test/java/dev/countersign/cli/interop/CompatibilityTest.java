package dev.countersign.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.countersign.testkit.TestImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `docs/compatibility.md` is what the real commands do: each kind of key, form and action, signed
/// and verified by each command, on a registry with and, for the usual key, on one without a list
/// of referrers.
///
/// With `COUNTERSIGN_WRITE_COMPATIBILITY=1` the page's table is written anew.
class CompatibilityTest {
  private static final Path PAGE = Path.of("../docs/compatibility.md");
  private static final String TYPE = "https://example.com/scan/v1";

  @TempDir static Path folder;
  private static Desk desk;
  private static Sites sites;

  private enum Action {
    SIGN("sign", "verify"),
    ATTEST("attest", "verify-attestation"),
    SIGN_BLOB("sign-blob", "verify-blob");

    private final String sign;
    private final String verify;

    Action(String sign, String verify) {
      this.sign = sign;
      this.verify = verify;
    }
  }

  private enum Form {
    TAG,
    BUNDLE;

    private String title(Action action) {
      return switch (this) {
        case BUNDLE -> "bundle";
        case TAG -> action == Action.SIGN_BLOB ? "old bundle" : "tag";
      };
    }
  }

  @BeforeAll
  static void start() throws Exception {
    sites = new Sites(folder);
    desk = sites.desk();
    for (var key : KeyKind.values()) {
      key.make(desk);
    }
    Files.writeString(desk.folder().resolve("predicate.json"), "{\"score\":1}");
    Files.writeString(desk.folder().resolve("file"), "a file");
  }

  @AfterAll
  static void stop() {
    sites.close();
  }

  @Test
  void thePageIsWhatTheCommandsDo() throws Exception {
    List.of(Tool.values()).forEach(Tool::require);
    var table = new StringBuilder();
    for (var action : Action.values()) {
      for (var form : Form.values()) {
        for (var key : KeyKind.values()) {
          table.append(row(new Cell(action, form, key))).append('\n');
        }
      }
    }

    var page = Files.readString(PAGE);
    var start = page.indexOf("| sign ");
    var end = page.indexOf("\n\n", start) + 1;
    if ("1".equals(System.getenv("COUNTERSIGN_WRITE_COMPATIBILITY"))) {
      Files.writeString(PAGE, page.substring(0, start) + table + page.substring(end));
      return;
    }
    assertEquals(table.toString(), page.substring(start, end));
  }

  /// What is signed, how and with what.
  private record Cell(Action action, Form form, KeyKind key) {
    String name(Tool signer) {
      return String.join("-", action.sign, form.name(), key.name(), signer.name())
          .toLowerCase(Locale.ROOT);
    }
  }

  private static String row(Cell cell) throws Exception {
    // The kind of key makes no difference to a registry.
    var kinds =
        cell.action() == Action.SIGN_BLOB || cell.key() != KeyKind.P256
            ? List.of(Sites.Kind.IN_PROCESS)
            : List.of(Sites.Kind.IN_PROCESS, Sites.Kind.DOCKER_REGISTRY);
    var results = new ArrayList<List<String>>();
    for (var kind : kinds) {
      results.add(
          List.of(
              result(kind, cell, Tool.OURS, Tool.OURS),
              result(kind, cell, Tool.OURS, Tool.COSIGN3),
              result(kind, cell, Tool.COSIGN3, Tool.OURS),
              result(kind, cell, Tool.COSIGN3, Tool.COSIGN3),
              result(kind, cell, Tool.OURS, Tool.COSIGN2),
              result(kind, cell, Tool.COSIGN2, Tool.OURS)));
    }
    assertEquals(1, results.stream().distinct().count(), () -> cell + " " + results);
    return "| %s | %s | %s | %s |"
        .formatted(
            cell.action().sign,
            cell.form().title(cell.action()),
            cell.key().title(),
            String.join(" | ", results.getFirst()));
  }

  private static String result(Sites.Kind kind, Cell cell, Tool signer, Tool verifier)
      throws Exception {
    if (cell.form() == Form.BUNDLE && (signer == Tool.COSIGN2 || verifier == Tool.COSIGN2)) {
      return "–";
    }
    var subject = signed(kind, cell, signer);
    if (verify(cell, signer, verifier, subject, List.of()) == 0) {
      return "yes";
    }
    var flag = List.of("--signature-digest-algorithm", cell.key().hash());
    return verifier != Tool.OURS && verify(cell, signer, verifier, subject, flag) == 0
        ? "with a flag"
        : "no";
  }

  /// Signs once for all verifiers.
  private static String signed(Sites.Kind kind, Cell cell, Tool signer) throws Exception {
    var name = cell.name(signer);
    if (cell.action() == Action.SIGN_BLOB) {
      if (!Files.exists(desk.folder().resolve(name))) {
        sign(cell, signer, List.of("--bundle", name, "file"));
      }
      return "file";
    }
    var site = sites.at(kind);
    var repository = "compatibility/" + name;
    var content = TestImage.oci(repository);
    if (!site.has(repository, "v1")) {
      var image = site.push(content, repository, "v1");
      sign(
          cell,
          signer,
          cell.action() == Action.ATTEST
              ? List.of("--predicate", "predicate.json", "--type", TYPE, image)
              : List.of(image));
    }
    return site.host() + "/" + repository + "@" + content.digest();
  }

  private static void sign(Cell cell, Tool signer, List<String> more) {
    var words = new ArrayList<>(List.of(cell.action().sign, "--key", cell.key() + ".key", "--yes"));
    var isBundle = "--new-bundle-format=" + (cell.form() == Form.BUNDLE);
    words.addAll(
        switch (signer) {
          case OURS -> List.of(isBundle);
          case COSIGN2 -> List.of("--tlog-upload=false");
          case COSIGN3 -> List.of("--tlog-upload=false", "--use-signing-config=false", isBundle);
        });
    words.addAll(more);
    desk.run(signer, words.toArray(String[]::new)).succeeded();
  }

  private static int verify(
      Cell cell, Tool signer, Tool verifier, String subject, List<String> more) {
    var words = new ArrayList<>(List.of(cell.action().verify, "--key", cell.key() + ".pub"));
    words.addAll(verifier.verifyFlags());
    words.addAll(more);
    switch (cell.action()) {
      case SIGN -> {}
      case ATTEST -> words.addAll(List.of("--type", TYPE));
      case SIGN_BLOB -> words.addAll(List.of("--bundle", cell.name(signer)));
    }
    words.add(subject);
    return desk.run(verifier, words.toArray(String[]::new)).exit();
  }
}
