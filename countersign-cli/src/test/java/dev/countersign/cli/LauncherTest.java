package dev.countersign.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.interop.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What `bin/countersign` does before the program takes over.
class LauncherTest {
  private static final Instant BEFORE = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant AFTER = BEFORE.plusSeconds(1);

  @TempDir Path root;
  private FakeMachine machine;

  @BeforeEach
  void setUp() throws IOException {
    machine = new FakeMachine(root);
  }

  @Test
  void prefersTheJdkOfJavaHome() throws Exception {
    machine.built(BEFORE);
    machine.environment.put("JAVA_HOME", machine.jdk("mine", "25").toString());
    machine.onPath(machine.jdk("path", "25.0.3"));
    machine.jdk("usr/lib/jvm/a", "25.0.3");

    assertRunsOn("mine", machine.run());
  }

  @Test
  void takesTheJdkOnPathWhenJavaHomeIsTooOld() throws Exception {
    machine.built(BEFORE);
    machine.environment.put("JAVA_HOME", machine.jdk("mine", "21.0.2").toString());
    machine.onPath(machine.jdk("path", "26-ea"));
    machine.jdk("usr/lib/jvm/a", "25.0.3");

    assertRunsOn("path", machine.run());
  }

  @Test
  void searchesTheUsualFoldersWhenTheOneOnPathIsTooOld() throws Exception {
    machine.built(BEFORE);
    machine.onPath(machine.jdk("usr/lib/jvm/a", "17.0.15"));
    machine.jdk("usr/lib/jvm/b", "1.8.0_402");
    machine.jdk("home/.jdks/temurin", "25.0.3");

    assertRunsOn("home/.jdks/temurin", machine.run());
  }

  @Test
  void startsAJdkForItsVersionOnlyWithoutReleaseFile() throws Exception {
    machine.built(BEFORE);
    Files.delete(machine.jdk("usr/lib/jvm/a", "17.0.15").resolve("release"));
    Files.delete(machine.jdk("usr/lib/jvm/b", "25.0.3").resolve("release"));

    assertRunsOn("usr/lib/jvm/b", machine.run());
  }

  @Test
  void saysWhichJdksAreTooOld() throws Exception {
    var old = machine.jdk("usr/lib/jvm/a", "17.0.15");
    machine.onPath(old);

    assertFails(
        "Error: expected a JDK 25 or newer, found 17.0.15 in %s; install one or set JAVA_HOME"
            .formatted(old),
        machine.run());
  }

  @Test
  void saysThatThereIsNoJdk() throws Exception {
    assertFails(
        "Error: expected a JDK 25 or newer, found none; install one or set JAVA_HOME",
        machine.run());
  }

  @Test
  void saysThatThereIsNoMaven() throws Exception {
    machine.jdk("usr/lib/jvm/a", "25.0.3");

    assertFails(
        "Error: expected Maven to build Countersign, found no mvn on PATH; install it",
        machine.run());
  }

  @Test
  void passesArgumentsInputAndExitCodeOn() throws Exception {
    machine.jdk("usr/lib/jvm/a", "25.0.3");
    machine.maven("while read -r line; do echo lost; done");

    var run = machine.run("verify", "a b", "", "*");

    assertEquals(7, run.exit());
    assertTrue(
        run.stdout()
            .endsWith(
                "[-cp]\n[%s]\n[dev.countersign.cli.Main]\n[verify]\n[a b]\n[]\n[*]\n<input>\n"
                    .formatted(machine.jar)),
        run::toString);
    assertTrue(run.stderr().contains("said by Maven"), run::toString);
    assertFalse(run.stdout().contains("said by Maven"), run::toString);
  }

  @Test
  void compilesWellOnlyWhereItPays() throws Exception {
    machine.built(BEFORE);
    machine.jdk("usr/lib/jvm/a", "25.0.3");

    assertTrue(machine.run("version").stdout().contains("[-Xint]"));
    assertTrue(machine.run("verify").stdout().contains("[-XX:TieredStopAtLevel=1]"));
    assertTrue(machine.run("sign").stdout().contains("[-XX:TieredStopAtLevel=4]"));
    assertTrue(machine.run("serve").stdout().contains("[-XX:TieredStopAtLevel=1]"));
  }

  @ParameterizedTest
  @CsvSource({
    "--help, text",
    "version, text",
    "verify, verify",
    "tree, verify",
    "-t 3m0s sign, sign",
    "attest, sign",
    "serve, serve"
  })
  void usesTheCacheOfTheCommandWhenItIsThere(String words, String cache) throws Exception {
    machine.built(BEFORE);
    machine.jdk("usr/lib/jvm/a", "25.0.3");
    assertFalse(machine.run(words.split(" ")).stdout().contains("AOTCache"));

    var file = Files.createFile(machine.jar.resolveSibling(cache + ".aot"));

    assertTrue(machine.run(words.split(" ")).stdout().contains("[-XX:AOTCache=" + file + "]"));
  }

  @Test
  void movesTheCacheOfAServiceInMemory() throws Exception {
    machine.built(BEFORE);
    machine.jdk("usr/lib/jvm/a", "25.0.3");
    var _ = Files.createFile(machine.jar.resolveSibling("verify.aot"));
    var _ = Files.createFile(machine.jar.resolveSibling("serve.aot"));

    assertTrue(machine.run("verify").stdout().contains("[-XX:ArchiveRelocationMode=0]"));
    assertFalse(machine.run("serve").stdout().contains("ArchiveRelocationMode"));
  }

  @Test
  void takesTheJdkThatTheCachesAreForUnlessJavaHomeIsSet() throws Exception {
    machine.built(BEFORE);
    machine.jdk("usr/lib/jvm/a", "25.0.3");
    var builder = machine.jdk("opt/java-builder", "26.0.1");
    Files.writeString(machine.jar.resolveSibling("jdk"), builder + "\n");
    assertTrue(machine.run("verify").stdout().startsWith("opt/java-builder\n"));

    machine.environment.put("JAVA_HOME", machine.jdk("home/jdk", "25.0.3").toString());

    assertTrue(machine.run("verify").stdout().startsWith("home/jdk\n"));
  }

  @Test
  void forgetsTheJdkThatTheCachesAreForWhenItIsGone() throws Exception {
    machine.built(BEFORE);
    machine.jdk("usr/lib/jvm/a", "25.0.3");
    Files.writeString(machine.jar.resolveSibling("jdk"), "/opt/java-gone\n");

    assertTrue(machine.run("verify").stdout().startsWith("usr/lib/jvm/a\n"));
  }

  @Test
  void buildsWithTheJdkItFound() throws Exception {
    var jdk = machine.jdk("usr/lib/jvm/a", "25.0.3");
    machine.maven("");

    machine.run();

    assertEquals(
        List.of(jdk + " -B -q -Dmaven.test.skip=true -pl countersign-cli -am package"),
        machine.builds());
  }

  @Test
  void buildsAgainAfterACommit() throws Exception {
    machine.jdk("usr/lib/jvm/a", "25.0.3");
    machine.maven("");
    machine.built(AFTER);
    machine.committed(machine.checkout.resolve(".git"), BEFORE);
    machine.run();
    assertEquals(0, machine.builds().size());

    machine.built(BEFORE);
    machine.committed(machine.checkout.resolve(".git"), AFTER);

    machine.run();
    machine.run();
    assertEquals(1, machine.builds().size());
  }

  @Test
  void buildsAgainAfterACommitInAWorktree() throws Exception {
    machine.jdk("usr/lib/jvm/a", "25.0.3");
    machine.maven("");
    machine.built(BEFORE);
    machine.committed(root.resolve("main tree/.git/worktrees/w"), AFTER);

    Files.writeString(machine.checkout.resolve(".git"), "gitdir: ../main tree/.git/worktrees/w\n");

    machine.run();
    assertEquals(1, machine.builds().size());
  }

  @Test
  void startsNothingAfterAFailedBuild() throws Exception {
    machine.jdk("usr/lib/jvm/a", "25.0.3");
    machine.maven("exit 3");
    machine.built(BEFORE);
    machine.committed(machine.checkout.resolve(".git"), AFTER);

    var run = machine.run();

    assertFails("said by Maven\nError: the build failed (see above); nothing was started", run);
    assertEquals(1, machine.builds().size());
  }

  @Test
  void buildsOnceForTwoCallers() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/flock")), "not run: no flock");
    machine.tool("flock");

    assertBuildsOnce(machine);
  }

  @Test
  void buildsOnceForTwoCallersWithoutFlock() throws Exception {
    assertBuildsOnce(machine);
  }

  @Test
  void takesTheLockOfAKilledBuildWithoutFlock() throws Exception {
    var killed = new ProcessBuilder("/bin/sh", "-c", ":").start();
    killed.waitFor();
    machine.jdk("usr/lib/jvm/a", "25.0.3");
    machine.maven("");
    var lock = machine.checkout.resolve("countersign-cli/target/build.lock.d");
    Files.createDirectories(lock);
    Files.writeString(lock.resolve("owner"), killed.pid() + "\n");

    assertRunsOn("usr/lib/jvm/a", machine.run());
    assertFalse(Files.exists(lock));
  }

  @Test
  void findsItsFolderThroughLinks() throws Exception {
    machine.built(BEFORE);
    machine.jdk("usr/lib/jvm/a", "25.0.3");
    var links = Files.createDirectories(root.resolve("links/deep"));
    Files.createSymbolicLink(links.resolve("bin"), Path.of("../../check out/bin"));
    Files.createSymbolicLink(links.resolve("first"), Path.of("bin/countersign"));
    Files.createSymbolicLink(links.resolve("second"), links.resolve("first"));

    var run = machine.start(links.resolve("second")).end();

    assertRunsOn("usr/lib/jvm/a", run);
    assertTrue(run.stdout().contains("[" + machine.jar + "]"), run::toString);
  }

  private static void assertBuildsOnce(FakeMachine machine) throws Exception {
    machine.jdk("usr/lib/jvm/a", "25.0.3");
    machine.maven("i=0; while [ ! -f go ] && [ $i -lt 6000 ]; do sleep 0.01; i=$((i + 1)); done");

    var first = machine.start(machine.launcher());
    first.says("said by Maven");
    var second = machine.start(machine.launcher());
    second.says("Waiting for another build to end");
    Files.createFile(machine.checkout.resolve("go"));

    assertRunsOn("usr/lib/jvm/a", first.end());
    assertRunsOn("usr/lib/jvm/a", second.end());
    assertEquals(1, machine.builds().size());
  }

  private static void assertRunsOn(String jdk, Peer.Run run) {
    assertEquals(7, run.exit(), run::toString);
    assertTrue(run.stdout().startsWith(jdk + "\n"), run::toString);
  }

  private static void assertFails(String line, Peer.Run run) {
    assertEquals(new Peer.Run(1, "", line + "\n"), run);
  }
}
