package dev.countersign.maven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.TestImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real Maven, in the JVM that it starts in by itself, builds a project whose image the real jib
/// pushes and the real command signs. Offline, with repositories of files.
class MavenBuildTest {
  private static final String VERSION = System.getProperty("countersign.version", "0.1.0-SNAPSHOT");
  private static final Path LOCAL = Path.of("target/local-repository");
  private static final int MINUTES = 5;

  @TempDir Path folder;
  private InProcessRegistry registry;

  private record Run(int exit, String output) {}

  @BeforeEach
  void makeProject() throws Exception {
    var ca = FakeCa.create();
    registry = InProcessRegistry.start(InProcessOptions.DEFAULT.withHttps(ca));
    Files.writeString(folder.resolve("ca.pem"), ca.certificatePem());
    installPlugin();
    Files.createDirectories(folder.resolve("target/classes"));
    Files.writeString(folder.resolve("target/classes/app.txt"), "an application");
    Files.writeString(folder.resolve("pom.xml"), project());
    Files.writeString(folder.resolve("settings.xml"), settings());
    assertEquals(0, run(List.of(command().toString(), "generate-key-pair")).exit());
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void whatJibPushedIsSignedByItsDigestAndVerified() throws Exception {
    var built = maven("jib:build", "countersign:sign");
    var verified = maven("countersign:verify");

    assertEquals(0, built.exit(), built::output);
    assertEquals(0, verified.exit(), verified::output);
    var digest = registry.digest("team/app", "1.0").orElseThrow();
    var image = registry.hostAndPort() + "/team/app@" + digest;
    assertTrue(built.output().contains("[INFO] sign " + image), built::output);
    assertTrue(verified.output().contains("[INFO] verify " + image), verified::output);
  }

  @Test
  void anImageThatIsNotSignedFailsTheBuildThoughItsTagWasMoved() throws Exception {
    assertEquals(0, maven("jib:build").exit());
    TestImage.oci("another").pushTo(registry, "team/app", "1.0");

    var verified = maven("countersign:verify");

    assertNotEquals(0, verified.exit());
    assertTrue(verified.output().contains("countersign verify ended with 10"), verified::output);
  }

  @Test
  void whatIsMissingIsSaid() throws Exception {
    var nothing = maven("countersign:sign");
    Files.writeString(
        folder.resolve("target/jib-image.json"),
        """
        {"image":"a:1","imageDigest":"sha256:%s","imagePushed":false}\
        """
            .formatted("0".repeat(64)));
    var onlyBuilt = maven("countersign:sign");
    Files.delete(folder.resolve("countersign"));
    Files.writeString(
        folder.resolve("target/jib-image.json"),
        """
        {"image":"a:1","imageDigest":"sha256:%s","imagePushed":true}\
        """
            .formatted("0".repeat(64)));
    var noCommand = maven("countersign:sign");
    var skipped = maven("countersign:sign", "-Dcountersign.skip");

    assertTrue(nothing.output().contains("from jib:build, got none"), nothing::output);
    assertTrue(onlyBuilt.output().contains("one that it only built"), onlyBuilt::output);
    assertTrue(noCommand.output().contains("install countersign, or name it"), noCommand::output);
    assertEquals(0, skipped.exit(), skipped::output);
  }

  private String project() {
    return """
    <project xmlns="http://maven.apache.org/POM/4.0.0">
      <modelVersion>4.0.0</modelVersion>
      <groupId>example</groupId>
      <artifactId>app</artifactId>
      <version>1.0</version>
      <pluginRepositories>
        <pluginRepository><id>ours</id><url>%s</url></pluginRepository>
      </pluginRepositories>
      <build>
        <plugins>
          <plugin>
            <groupId>com.google.cloud.tools</groupId>
            <artifactId>jib-maven-plugin</artifactId>
            <version>3.5.2</version>
            <configuration>
              <from><image>scratch</image></from>
              <to><image>%s/team/app:1.0</image></to>
              <allowInsecureRegistries>true</allowInsecureRegistries>
              <container><mainClass>example.App</mainClass></container>
            </configuration>
          </plugin>
          <plugin>
            <groupId>dev.countersign</groupId>
            <artifactId>countersign-maven-plugin</artifactId>
            <version>%s</version>
            <configuration>
              <command>${project.basedir}/countersign</command>
              <annotations><build>7</build></annotations>
            </configuration>
          </plugin>
        </plugins>
      </build>
    </project>
    """
        .formatted(folder.resolve("repository").toUri(), registry.hostAndPort(), VERSION);
  }

  /// What this build has fetched already, read and never written.
  private static String settings() {
    var fetched = Path.of(System.getProperty("countersign.localRepository", fetchedByDefault()));
    return """
    <settings>
      <mirrors>
        <mirror><id>fetched</id><mirrorOf>*,!ours</mirrorOf><url>%s</url></mirror>
      </mirrors>
      <pluginGroups>
        <pluginGroup>dev.countersign</pluginGroup>
        <pluginGroup>com.google.cloud.tools</pluginGroup>
      </pluginGroups>
    </settings>
    """
        .formatted(fetched.toUri());
  }

  private static String fetchedByDefault() {
    return Path.of(System.getProperty("user.home"), ".m2", "repository").toString();
  }

  private void installPlugin() throws IOException {
    // What an earlier build left there of ours would be taken for this one.
    removeAll(LOCAL.resolve("dev/countersign"));
    var place =
        Files.createDirectories(
            folder.resolve("repository/dev/countersign/countersign-maven-plugin/" + VERSION));
    var name = "countersign-maven-plugin-" + VERSION;
    Files.writeString(
        place.resolve(name + ".pom"),
        """
        <project>
          <modelVersion>4.0.0</modelVersion>
          <groupId>dev.countersign</groupId>
          <artifactId>countersign-maven-plugin</artifactId>
          <version>%s</version>
        </project>
        """
            .formatted(VERSION));
    var classes = Path.of("target/classes");
    try (var jar = new JarOutputStream(Files.newOutputStream(place.resolve(name + ".jar")));
        var files = Files.walk(classes)) {
      for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
        jar.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, jar);
      }
    }
  }

  private static void removeAll(Path old) throws IOException {
    if (Files.exists(old)) {
      try (var files = Files.walk(old)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /// The command as a program.
  private Path command() throws IOException {
    var program = folder.resolve("countersign");
    if (!Files.exists(program)) {
      Files.writeString(
          program,
          """
          #!/bin/sh
          exec '%s/bin/java' -cp '%s' dev.countersign.cli.Main "$@"
          """
              .formatted(System.getProperty("java.home"), System.getProperty("java.class.path")));
      assertTrue(program.toFile().setExecutable(true));
    }
    return program;
  }

  private Run maven(String... goals) throws IOException, InterruptedException {
    var words =
        new ArrayList<>(
            List.of(
                "mvn",
                "--batch-mode",
                "--settings=" + folder.resolve("settings.xml"),
                "--global-settings=" + folder.resolve("settings.xml"),
                "-Dmaven.repo.local=" + LOCAL.toAbsolutePath(),
                "-Dstyle.color=never"));
    for (var goal : goals) {
      words.add(goal);
    }
    words.add(
        "-Dcountersign.key=cosign."
            + (List.of(goals).contains("countersign:sign") ? "key" : "pub"));
    return run(words);
  }

  private Run run(List<String> words) throws IOException, InterruptedException {
    var log = Files.createTempFile(folder, "run", ".log");
    var builder = new ProcessBuilder(words).directory(folder.toFile());
    builder.environment().keySet().retainAll(List.of("PATH", "HOME"));
    builder.environment().put("COSIGN_PASSWORD", "");
    builder.environment().put("SSL_CERT_FILE", folder.resolve("ca.pem").toString());
    var process =
        builder
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertTrue(process.waitFor(MINUTES, TimeUnit.MINUTES), () -> String.join(" ", words));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return new Run(process.exitValue(), Files.readString(log));
  }
}
