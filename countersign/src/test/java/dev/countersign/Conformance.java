package dev.countersign;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/// Where the test data of other projects lies: in `COUNTERSIGN_CONFORMANCE`, else in
/// `shared/conformance` beside the repository or one folder further up.
public final class Conformance {
  private static final String VARIABLE = "COUNTERSIGN_CONFORMANCE";
  private static final String DEMAND = "COUNTERSIGN_REQUIRE_PEERS";

  private Conformance() {}

  /// The folder or file `name` of the test data. Where it is absent the test is aborted with a
  /// message, or fails if `COUNTERSIGN_REQUIRE_PEERS` is 1.
  public static Path path(String name) {
    return candidates()
        .map(folder -> folder.resolve(name).normalize())
        .filter(Files::exists)
        .findFirst()
        .orElseGet(() -> absent(name));
  }

  private static Path absent(String name) {
    var message =
        "no conformance data \"" + name + "\": set " + VARIABLE + " to the folder that holds it";
    if ("1".equals(System.getenv(DEMAND))) {
      return Assertions.fail(message);
    }
    return Assumptions.abort(message);
  }

  private static Stream<Path> candidates() {
    var named = System.getenv(VARIABLE);
    return named != null && !named.isEmpty()
        ? Stream.of(Path.of(named))
        : Stream.of("../shared/conformance", "../../shared/conformance").map(root()::resolve);
  }

  private static Path root() {
    var root = Path.of("").toAbsolutePath();
    while (root.getParent() != null && Files.exists(root.resolveSibling("pom.xml"))) {
      root = root.getParent();
    }
    return root;
  }
}
