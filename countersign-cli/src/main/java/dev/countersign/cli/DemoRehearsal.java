package dev.countersign.cli;

import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.Quirk;
import dev.countersign.testkit.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What the build runs to make the caches of the short commands, and to note the JDK that they are
/// for: each rehearses them in a JVM of its own, against registries in this one, so that a cache
/// holds what its commands need and no more. All that a cache holds is loaded when the JVM starts.
final class DemoRehearsal {
  private static final String FORMER = "--new-bundle-format=false";

  private final Path caches;
  private final Path folder;
  private final List<String> hosts = new ArrayList<>();

  private DemoRehearsal(Path caches, Path folder) {
    this.caches = caches;
    this.folder = folder;
  }

  /// Makes the caches.
  ///
  /// @param arguments the folder for them
  public static void main(String[] arguments) throws Exception {
    var folder = Files.createTempDirectory("countersign-rehearsal-");
    try {
      new DemoRehearsal(Path.of(arguments[0]).toAbsolutePath(), folder).perform();
    } finally {
      Demo.remove(folder);
    }
  }

  /// Registries that list referrers, that do not, and over HTTPS.
  private void perform() throws Exception {
    var ca = FakeCa.create();
    Files.writeString(folder.resolve("ca.pem"), ca.certificatePem());
    Files.writeString(folder.resolve("predicate.json"), "{}");
    var options = InProcessOptions.DEFAULT;
    try (var modern = InProcessRegistry.start(options);
        var former = InProcessRegistry.start(options.withQuirks(Quirk.NO_REFERRERS_API));
        var secure = InProcessRegistry.start(options.withHttps(ca))) {
      for (var registry : List.of(modern, former, secure)) {
        hosts.add(registry.hostAndPort());
        for (var name : List.of("one", "two", "former", "unsigned")) {
          TestImage.oci(name).pushTo(registry, name, "v1");
        }
      }
      Files.writeString(caches.resolve("jdk"), System.getProperty("java.home") + "\n");
      cache("text", List.of(), texts());
      // Compiled early by what another run learnt costs more than it gives where all ends so soon.
      var plain = List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTRecordTraining");
      cache("sign", plain, Stream.concat(keys(), hosts.stream().flatMap(this::signing)));
      cache("verify", plain, hosts.stream().flatMap(this::verifying));
    }
  }

  private static Stream<String> texts() {
    return Stream.of(
        line("version"), line("--help"), line("verify", "--help"), line("sign", "--help"));
  }

  private static Stream<String> keys() {
    return Stream.of(
        line("generate-key-pair"),
        line("public-key", "--key", "cosign.key"),
        line("sign-blob", "--key", "cosign.key", "--bundle", "blob.json", "predicate.json"),
        line("verify-blob", "--key", "cosign.pub", "--bundle", "blob.json", "predicate.json"));
  }

  private Stream<String> signing(String host) {
    var attest = new String[] {"attest", "--type", "custom", "--predicate", "predicate.json"};
    return Stream.of(
        signing("sign", "-y", "-a", "env=prod", host + "/one:v1", host + digest("two")),
        signing("sign", "-y", FORMER, host + digest("former")),
        signing(words(attest, host + digest("two"))),
        signing(words(attest, FORMER, host + digest("former"))));
  }

  private Stream<String> verifying(String host) {
    var attestation = new String[] {"verify-attestation", "--type", "custom"};
    return Stream.of(
        verifying("verify", "--insecure-ignore-tlog=true", host + digest("one")),
        verifying("verify", "-a", "env=prod", host + "/one:v1", host + digest("two")),
        verifying("verify", host + "/former:v1"),
        verifying("verify", "--output", "text", host + digest("former")),
        verifying(words(attestation, host + digest("two"))),
        verifying(words(attestation, host + "/former:v1")),
        "10" + verifying("verify", host + digest("unsigned")).substring(1),
        line("tree", host + "/one:v1"));
  }

  private static String digest(String name) {
    return "/" + name + "@" + TestImage.oci(name).digest();
  }

  private static String signing(String... words) {
    return line(words(words, "--key", "cosign.key", "--tlog-upload=false"));
  }

  private static String verifying(String... words) {
    return line(words(words, "--key", "cosign.pub"));
  }

  private static String[] words(String[] first, String... more) {
    return Stream.of(first, more).flatMap(Stream::of).toArray(String[]::new);
  }

  private static String line(String... words) {
    return ExitCode.DONE + "\t" + String.join("\t", words);
  }

  private void cache(String name, List<String> options, Stream<String> lines)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:AOTCacheOutput=" + caches.resolve(name + ".aot"));
    // As in bin/countersign: a cache serves only the collector it was made with.
    command.add("-XX:+UseSerialGC");
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Rehearsal.class.getName());
    lines.forEach(command::add);
    var builder = new ProcessBuilder(command).directory(folder.toFile()).inheritIO();
    builder.environment().put("COSIGN_PASSWORD", "rehearsal");
    builder.environment().put("SSL_CERT_FILE", "ca.pem");
    if (builder.start().waitFor() != 0) {
      throw new IllegalStateException("expected the rehearsal of " + name + " to succeed");
    }
  }
}
