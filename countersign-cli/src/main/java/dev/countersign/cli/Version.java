package dev.countersign.cli;

import java.util.List;

/// Prints the version.
final class Version implements Command {
  /// The release, as in the parent's `pom.xml`.
  static final String NUMBER = "v0.1.0";

  private static final Flag JSON = Flag.off("json", "print JSON instead of text");

  @Override
  public Usage usage() {
    return new Usage("version", "Prints the version.", "", 0, 0, List.of(JSON), "");
  }

  @Override
  public int run(Arguments arguments, World world) {
    var java = System.getProperty("java.runtime.version");
    var platform = System.getProperty("os.name") + '/' + System.getProperty("os.arch");
    world
        .stdout()
        .print(
            arguments.isOn(JSON)
                ? """
                {
                  "gitVersion": "%s",
                  "javaVersion": "%s",
                  "platform": "%s"
                }
                """
                    .formatted(NUMBER, java, platform)
                : "countersign %s\nJavaVersion:   %s\nPlatform:      %s\n"
                    .formatted(NUMBER, java, platform));
    return ExitCode.DONE;
  }
}
