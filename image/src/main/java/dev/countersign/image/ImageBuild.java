package dev.countersign.image;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.api.buildplan.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;

/// Builds the image: Debian's files, a Java runtime, the command with its class archive.
///
/// @param jar the whole command
/// @param classes the recorded list that the class archive is made from
/// @param base where jib starts, `tar://<path>` or a reference; {@link RootFileSystem#base()}
record ImageBuild(RootFileSystem root, Path jar, Path classes, String base) {
  /// Arguments: `build` or `record`, the jar, the list of classes, the target folder, and the base
  /// where it is not the root file system.
  public static void main(String[] arguments) throws Exception {
    var root = RootFileSystem.ofEnvironment();
    var base = arguments.length > 4 && !arguments[4].isEmpty() ? arguments[4] : root.base();
    var build = new ImageBuild(root, Path.of(arguments[1]), Path.of(arguments[2]), base);
    var target = Path.of(arguments[3]).toAbsolutePath();
    if (arguments[0].equals("record")) {
      build.app(target).record(build.classes);
      System.out.println(build.classes);
      return;
    }
    var digest = build.run(target);
    Files.writeString(target.resolve("countersign.digest"), digest + "\n");
    System.out.println(target.resolve("countersign.tar") + " " + digest);
  }

  /// Writes `countersign.tar`, an OCI layout, into a folder that is made anew.
  ///
  /// @return the digest of the manifest
  String run(Path target) throws Exception {
    var app = app(target);
    app.make(classes);
    try (var files = TimelessFiles.in(target.resolve("layers.zip"))) {
      files.copy(app.java().folder(), Entrypoint.JAVA_FOLDER);
      files.copy(app.folder(), Entrypoint.APP_FOLDER);
      return assemble(files, target);
    }
  }

  private String assemble(TimelessFiles files, Path target) throws Exception {
    var architecture = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    var cache = target.resolve("jib");
    return Jib.from(base)
        .setPlatforms(Set.of(new Platform(architecture, "linux")))
        .setFormat(ImageFormat.OCI)
        .setCreationTime(JavaRuntime.TIME)
        .setUser("65532:65532")
        .setEntrypoint(Entrypoint.words())
        .addEnvironmentVariable("MALLOC_ARENA_MAX", "2")
        .setExposedPorts(Port.tcp(8090), Port.tcp(9090))
        .addLabel("org.opencontainers.image.title", "countersign")
        .addLabel("org.opencontainers.image.licenses", "Apache-2.0")
        .addFileEntriesLayer(layer(files, "/opt"))
        .addFileEntriesLayer(layer(files, Entrypoint.APP_FOLDER))
        .containerize(
            Containerizer.to(
                    TarImage.at(target.resolve("countersign.tar")).named("countersign:latest"))
                .setBaseImageLayersCache(cache)
                .setApplicationLayersCache(cache)
                .setToolName("countersign-image"))
        .getDigest()
        .toString();
  }

  private ClassArchive app(Path target) throws IOException, InterruptedException {
    remove(target);
    Files.createDirectories(target);
    var java = JavaRuntime.link(target.resolve("java"));
    return ClassArchive.around(root, java, jar, target.resolve("app"));
  }

  private static FileEntriesLayer layer(TimelessFiles files, String place) throws IOException {
    var layer = FileEntriesLayer.builder().setName(place);
    try (var found = Files.walk(files.get(place))) {
      for (var file : found.sorted().toList()) {
        layer.addEntry(
            file,
            AbsoluteUnixPath.get(file.toString()),
            FilePermissions.fromPosixFilePermissions(Files.getPosixFilePermissions(file)),
            JavaRuntime.TIME);
      }
    }
    return layer.build();
  }

  private static void remove(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      return;
    }
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
