package dev.countersign.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageTest {
  private static BuiltImage image;

  @BeforeAll
  static void unpack(@TempDir Path folder) throws Exception {
    image = BuiltImage.unpack(folder);
  }

  @Test
  void buildsTheSameBytesInAnotherFolder(@TempDir Path elsewhere) throws Exception {
    var build =
        new ImageBuild(image.tools(), BuiltImage.JAR, Path.of("classes.txt"), image.tools().base());

    var digest = build.run(elsewhere.resolve("again"));

    assertEquals("sha256:" + image.digest(), digest);
  }

  @Test
  void saysWhoRunsItAndHow() throws IOException {
    var words =
        Entrypoint.words().stream()
            .map(word -> '"' + word + '"')
            .collect(Collectors.joining(",", "[", "]"));

    var config = image.config();

    assertTrue(config.contains("\"User\":\"65532:65532\""), config);
    assertTrue(config.contains("\"Entrypoint\":" + words), config);
    assertTrue(config.contains("\"created\":\"1970-01-01T00:00:01Z\""), config);
  }

  @Test
  void holdsNoShellAndNoPackageManager() throws IOException {
    var programs = new TreeSet<String>();
    try (var files = Files.walk(image.root())) {
      files
          .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .filter(file -> !file.getFileName().toString().contains(".so"))
          .filter(Files::isExecutable)
          .forEach(file -> programs.add(image.root().relativize(file).toString()));
    }
    assertEquals(
        List.of(
            "opt/java/bin/java",
            "opt/java/bin/jwebserver",
            "opt/java/bin/keytool",
            "opt/java/lib/jexec",
            "opt/java/lib/jspawnhelper"),
        List.copyOf(programs));
  }

  @Test
  void showsEverythingToEveryUserAndLetsNobodyWrite() throws IOException {
    try (var files = Files.walk(image.root())) {
      for (var file : files.filter(file -> !Files.isSymbolicLink(file)).toList()) {
        var permissions = Files.getPosixFilePermissions(file);
        assertTrue(permissions.contains(PosixFilePermission.OTHERS_READ), file::toString);
        assertTrue(
            !permissions.contains(PosixFilePermission.OTHERS_WRITE) || file.endsWith("tmp"),
            file::toString);
        assertTrue(
            !Files.isDirectory(file) || permissions.contains(PosixFilePermission.OTHERS_EXECUTE),
            file::toString);
      }
    }
  }

  @Test
  void startsFromItsClassArchive() throws Exception {
    // "on": a JVM that cannot use the archive ends instead of going on without.
    var version = image.run(List.of(), List.of("-Xshare:on"), "version");

    assertTrue(version.startsWith("countersign v"), version);
  }

  @Test
  void hasTheModulesThatTheJarNeeds() {
    var found = new StringWriter();
    int exitCode =
        ToolProvider.findFirst("jdeps")
            .orElseThrow()
            .run(
                new PrintWriter(found),
                new PrintWriter(found),
                "--multi-release=25",
                "--ignore-missing-deps",
                "--print-module-deps",
                BuiltImage.JAR.toString());
    assertEquals(0, exitCode);

    var missing = new TreeSet<>(List.of(found.toString().strip().split(",", -1)));
    missing.removeAll(JavaRuntime.MODULES);

    assertEquals(List.of("java.desktop", "java.sql", "jdk.unsupported"), List.copyOf(missing));
  }

  @Test
  void believesTheAuthoritiesOfItsJavaRuntime() throws IOException {
    assertTrue(Files.size(image.root().resolve("opt/java/lib/security/cacerts")) > 100_000);
    assertFalse(Files.exists(image.root().resolve("etc/ssl")));
  }

  @Test
  void printsItsSizes() throws IOException {
    System.out.printf("image sha256:%s%n", image.digest());
    long sum = 0;
    for (var layer : image.layers()) {
      sum += Files.size(layer);
      System.out.printf("layer %,d bytes%n", Files.size(layer));
    }
    System.out.printf("layers %,d bytes%n", sum);
    assertTrue(sum < 62_000_000, "expected layers below 62 MB, got " + sum);
  }
}
