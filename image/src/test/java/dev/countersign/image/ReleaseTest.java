package dev.countersign.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.interop.DockerRegistry;
import dev.countersign.cli.interop.Peer;
import dev.countersign.cli.interop.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What is released: it runs without a JDK, and the image in it signs and attests itself.
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReleaseTest {
  private static final Path TOP = Path.of("..");

  @Test
  void runsWithoutAJdkFromAnyPlaceAndThroughALink(@TempDir Path folder) throws Exception {
    BuiltImage.unpack(Files.createDirectory(folder.resolve("image")));
    var archive = new Release(BuiltImage.TARGET, TOP.toAbsolutePath()).archive();
    var opt = Files.createDirectory(folder.resolve("opt"));
    run(opt, "tar", "-xzf", archive.toString());
    var link =
        Files.createSymbolicLink(
            folder.resolve("countersign"), Path.of("opt/countersign/bin/countersign"));

    var version = run(folder, link.toString(), "version");

    assertTrue(version.startsWith("countersign v"), version);
    assertTrue(Files.size(archive) < 80_000_000, () -> "got a large " + archive);
  }

  @Test
  void isTheSameArchiveEachTime(@TempDir Path folder) throws Exception {
    BuiltImage.unpack(folder);
    var release = new Release(BuiltImage.TARGET, TOP.toAbsolutePath());

    var first = Files.readAllBytes(release.archive());
    var second = Files.readAllBytes(release.archive());

    assertEquals(-1, Arrays.mismatch(first, second));
  }

  @Test
  void theImageSignsAndAttestsItself(@TempDir Path folder) throws Exception {
    var image = BuiltImage.unpack(folder);
    image.mountPoint("/work");
    var work = Files.createDirectory(folder.resolve("work"));
    Files.copy(bom(), work.resolve("bom.json"));
    Files.writeString(
        work.resolve("provenance.json"),
        Provenance.of(image.tools(), TOP, "https://git.example/countersign", "https://ci.example")
            .predicate());
    try (var registry = DockerRegistry.start(Files.createDirectory(folder.resolve("registry")))) {
      var name = registry.host() + "/tools/countersign:0.1.0";
      Peers.require("crane").run("push", "--insecure", image.layout().toString(), name).succeeded();
      var reference = registry.host() + "/tools/countersign@sha256:" + image.digest();

      inImage(image, work, "generate-key-pair");
      inImage(image, work, "sign", "--key", "cosign.key", reference);
      attest(image, work, "cyclonedx", "bom.json", reference);
      attest(image, work, "slsaprovenance1", "provenance.json", reference);

      cosign(work, "verify", "--key=cosign.pub", "--insecure-ignore-tlog", reference);
      for (var type : List.of("cyclonedx", "slsaprovenance1")) {
        cosign(
            work,
            "verify-attestation",
            "--key=cosign.pub",
            "--type=" + type,
            "--insecure-ignore-tlog",
            reference);
      }
    }
  }

  @Test
  void itsBillOfMaterialsNamesWhatIsInTheJar() throws IOException {
    var bom = Files.readString(bom());

    for (var part : List.of("\"bomFormat\" : \"CycloneDX\"", "bcprov-jdk18on", "jetty-server")) {
      assertTrue(bom.contains(part), part);
    }
    assertTrue(!bom.contains("junit-jupiter"), "tests are not shipped");
  }

  private static Path bom() {
    return TOP.resolve("countersign-cli/target/bom.json");
  }

  private static void attest(
      BuiltImage image, Path work, String type, String predicate, String reference)
      throws Exception {
    inImage(
        image,
        work,
        "attest",
        "--key",
        "cosign.key",
        "--type",
        type,
        "--predicate",
        predicate,
        reference);
  }

  private static void inImage(BuiltImage image, Path work, String... arguments) throws Exception {
    var mounts =
        List.of(
            "--bind",
            work.toString(),
            "/work",
            "--chdir",
            "/work",
            "--setenv",
            "COSIGN_PASSWORD",
            "");
    image.run(mounts, List.of(), arguments);
  }

  private static Peer.Run cosign(Path folder, String... words) {
    return Peers.require("cosign3").runIn(folder, Map.of(), words).succeeded();
  }

  /// What a program wrote to stdout, with no Java in its environment.
  private static String run(Path folder, String... command)
      throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/bin:/bin");
    var process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      process.getOutputStream().close();
      var said = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertTrue(process.waitFor(1, TimeUnit.MINUTES));
      assertEquals(0, process.exitValue(), said);
      return said;
    } finally {
      process.destroyForcibly();
    }
  }
}
