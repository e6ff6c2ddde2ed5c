package dev.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.TestImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a short command must not load, since its users wait for it.
class StartUpTest {
  private static final List<String> SLOW =
      List.of(
          "org.eclipse.jetty",
          "org.slf4j",
          "ch.qos.logback",
          "io.prometheus",
          "org.bouncycastle.cert",
          "dev.cel",
          "io.fabric8",
          "org.snakeyaml",
          "tools.jackson.databind",
          "dev.countersign.cel",
          "com.google.common",
          "com.google.protobuf",
          "com.google.re2j",
          "dev.countersign.testkit");

  private static final String KEY =
      """
      -----BEGIN PUBLIC KEY-----
      MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE9nUflWrihVWKuc2CBDrWxYKTHQmN
      oMchrYZ3lry+NfUC2SXszcgMTm4c+yUseQs2FUWyTe8wr5+20aqKj8cxvg==
      -----END PUBLIC KEY-----
      """;

  /// What is needed without a key only.
  private static final List<String> KEYLESS =
      List.of(
          "dev.countersign.certificate.",
          "dev.countersign.verify.CertificateCheck",
          "dev.countersign.verify.SignerPath",
          "dev.countersign.cli.WantedIdentity",
          "dev.countersign.cli.TrustFiles$",
          "com.google.re2j",
          "java.security.cert.CertPathValidator");

  /// How many classes of ours a command with a key may load before a registry answers.
  private static final int MOST_CLASSES = 247;

  @TempDir Path folder;

  @Test
  void shortCommandsLoadNothingOfTheService() throws Exception {
    assertEquals(List.of(), slowClasses("version"));
    // Nobody listens: all but the answer of a registry.
    Files.writeString(folder.resolve("key.pub"), KEY);
    assertEquals(List.of(), slowClasses("verify", "--key", "key.pub", "127.0.0.1:1/app:v1"));
  }

  /// The JDK's class for decimals makes tables that take as long as all the rest.
  @Test
  void aVerificationMakesNoDecimals() throws Exception {
    try (var registry = InProcessRegistry.start()) {
      TestImage.oci("app").pushTo(registry, "app", "v1");
      Files.writeString(folder.resolve("key.pub"), KEY);

      var loaded =
          classes(
              "verify", "--key", "key.pub", "--timeout", "30s", registry.hostAndPort() + "/app:v1");

      assertTrue(loaded.stream().anyMatch(line -> line.contains(".attachment.ReferrerList ")));
      assertEquals(
          List.of(),
          loaded.stream().filter(line -> line.contains("java.math.BigDecimal ")).toList());
    }
  }

  @Test
  void aKeyLoadsNothingOfCertificates() throws Exception {
    Files.writeString(folder.resolve("key.pub"), KEY);
    var loaded = classes("verify", "--key", "key.pub", "127.0.0.1:1/app:v1");

    assertEquals(
        List.of(),
        loaded.stream().filter(line -> KEYLESS.stream().anyMatch(line::contains)).toList());
    var ours = loaded.stream().filter(line -> line.contains(" dev.countersign.")).count();
    assertTrue(ours <= MOST_CLASSES, () -> ours + " classes");
  }

  private List<String> slowClasses(String... words) throws IOException, InterruptedException {
    return classes(words).stream().filter(line -> SLOW.stream().anyMatch(line::contains)).toList();
  }

  private List<String> classes(String... words) throws IOException, InterruptedException {
    var log = folder.resolve("classes.log");
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:file=" + log,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.countersign.cli.Main"));
    command.addAll(List.of(words));
    var process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out.txt").toFile())
            .start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), () -> String.join(" ", words));

    var loaded = Files.readAllLines(log);
    assertTrue(
        loaded.stream().anyMatch(line -> line.contains("dev.countersign.cli.CommandLine ")),
        () -> String.join(" ", command));
    return loaded;
  }
}
