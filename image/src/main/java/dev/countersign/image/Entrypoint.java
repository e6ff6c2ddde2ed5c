package dev.countersign.image;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// How the image starts, and how its class archive is made: the same places, the same collector.
final class Entrypoint {
  static final String JAVA_FOLDER = "/opt/java";
  static final String APP_FOLDER = "/app";
  static final String JAR = APP_FOLDER + "/countersign.jar";
  static final String ARCHIVE = APP_FOLDER + "/countersign.jsa";

  private static final String JAVA = JAVA_FOLDER + "/bin/java";
  private static final String COLLECTOR = "-XX:+UseSerialGC";

  private Entrypoint() {}

  /// As `bin/countersign`: warnings of the JVM go to stderr, an archive that does not fit is no
  /// matter. No performance data, for `/tmp` may be read-only; a service without memory starts
  /// anew.
  ///
  /// For half a processor and 192 MiB: the first compiler only, whose code is there sooner and
  /// needs no memory to get better; a third is heap, compiled code has a bound, what compiling took
  /// is given back, and the archive's pages stay those of the file, which costs it random
  /// addresses.
  static List<String> words() {
    return List.of(
        JAVA,
        "-XX:SharedArchiveFile=" + ARCHIVE,
        COLLECTOR,
        "-XX:TieredStopAtLevel=1",
        "-XX:+UnlockDiagnosticVMOptions",
        "-XX:ArchiveRelocationMode=0",
        "-XX:MinRAMPercentage=33",
        "-XX:MaxRAMPercentage=33",
        "-XX:ReservedCodeCacheSize=64m",
        "-XX:TrimNativeHeapInterval=10000",
        "-XX:-UsePerfData",
        "-XX:+ExitOnOutOfMemoryError",
        "-Xlog:disable",
        "-Xlog:all=warning,aot*=off,cds*=off:stderr",
        "-jar",
        JAR);
  }

  /// The entrypoint with more options of the JVM, and arguments of the command.
  static List<String> words(List<String> options, String... arguments) {
    var words = new ArrayList<>(words());
    words.addAll(1, options);
    words.addAll(List.of(arguments));
    return words;
  }

  /// Writes {@link #ARCHIVE} from the list of classes in file `classes`.
  static List<String> dump(String classes) {
    return List.of(
        JAVA,
        "-Xshare:dump",
        "-XX:SharedClassListFile=" + classes,
        "-XX:SharedArchiveFile=" + ARCHIVE,
        COLLECTOR,
        "-Xlog:disable",
        "-Xlog:all=error:stderr",
        "-cp",
        JAR);
  }

  /// Writes to file `classes` what `demo` loads, which serves, asks, signs and verifies.
  static List<String> record(String classes) {
    return Stream.of(
            JAVA,
            "-Xshare:off",
            "-XX:DumpLoadedClassList=" + classes,
            COLLECTOR,
            "-jar",
            JAR,
            "demo")
        .toList();
  }
}
