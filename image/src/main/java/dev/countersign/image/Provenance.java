package dev.countersign.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// How the image was made, as [SLSA provenance](https://slsa.dev/spec/v1.0/provenance) says it. It
/// claims no level: whoever runs the build is believed for what is written here.
///
/// @param source the address of the sources
/// @param commit of the checkout
/// @param builder who ran the build
/// @param packages of Debian, each `name version`
record Provenance(String source, String commit, String builder, List<String> packages) {
  private static final String BUILD_TYPE = "https://countersign.dev/build/image/v1";

  static Provenance of(RootFileSystem root, Path checkout, String source, String builder)
      throws IOException, InterruptedException {
    return new Provenance(
        source, commit(checkout), builder, Files.readAllLines(root.cache().resolve("versions")));
  }

  private static String commit(Path checkout) throws IOException, InterruptedException {
    var git =
        new ProcessBuilder("git", "-C", checkout.toString(), "rev-parse", "HEAD")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var commit = new String(git.getInputStream().readAllBytes(), UTF_8).strip();
    if (git.waitFor() != 0 || !commit.matches("[0-9a-f]{40,64}")) {
      throw new IOException("expected a commit of " + checkout + ", got " + commit);
    }
    return commit;
  }

  /// The predicate of type `https://slsa.dev/provenance/v1`.
  String predicate() {
    return """
    {"buildDefinition":{"buildType":%s,"externalParameters":{"source":%s},\
    "internalParameters":{},"resolvedDependencies":[%s]},\
    "runDetails":{"builder":{"id":%s},"metadata":{}}}
    """
        .formatted(text(BUILD_TYPE), text(source), dependencies(), text(builder));
  }

  private String dependencies() {
    var sources =
        "{\"uri\":%s,\"digest\":{\"gitCommit\":%s}}".formatted(text("git+" + source), text(commit));
    var debian =
        packages.stream()
            .map(line -> line.split(" ", 2))
            .map(parts -> "{\"uri\":" + text("pkg:deb/debian/" + parts[0] + "@" + parts[1]) + "}");
    var java =
        "{\"uri\":" + text("pkg:generic/jdk@" + System.getProperty("java.runtime.version")) + "}";
    return Stream.of(Stream.of(sources), debian, Stream.of(java))
        .flatMap(each -> each)
        .collect(Collectors.joining(","));
  }

  private static String text(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
