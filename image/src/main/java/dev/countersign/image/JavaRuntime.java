package dev.countersign.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The part of this JDK that the command needs, linked by `jlink`.
record JavaRuntime(Path folder) {
  /// The time of every file in the image. The class archive remembers the times of what it was made
  /// from, and jib gives this one to all.
  static final Instant TIME = Instant.ofEpochSecond(1);

  /// What `jdeps` finds in the jar, less java.desktop (ImageIO and AWT in Jetty's leak preventers)
  /// and java.sql (leak preventers, dates of BouncyCastle's LDAP stores), which nothing calls,
  /// java.xml (Logback's configuration files, of which there are none), and jdk.unsupported
  /// (`Unsafe` in CEL's protobuf and Guava), which do without.
  static final List<String> MODULES =
      List.of(
          "java.base",
          "java.logging",
          "java.management",
          "java.naming",
          "java.net.http",
          "jdk.httpserver",
          "jdk.net");

  /// In a process of its own: called within two JVMs, two builds did not agree. before.
  static JavaRuntime link(Path folder) throws IOException, InterruptedException {
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "jlink").toString(),
            "--add-modules",
            String.join(",", MODULES),
            "--strip-debug",
            "--no-header-files",
            "--no-man-pages",
            "--compress=zip-0",
            "--vm=server",
            "--output",
            folder.toString());
    var jlink = new ProcessBuilder(command).inheritIO().start();
    try {
      if (!jlink.waitFor(5, TimeUnit.MINUTES) || jlink.exitValue() != 0) {
        throw new IOException("expected " + command + " to succeed");
      }
    } finally {
      jlink.destroyForcibly();
    }
    Files.setLastModifiedTime(folder.resolve("lib/modules"), FileTime.from(TIME));
    return new JavaRuntime(folder);
  }
}
