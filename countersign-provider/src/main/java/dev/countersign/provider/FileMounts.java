package dev.countersign.provider;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Files that are mounts by themselves, as Kubernetes makes them for a `subPath`: they stay as they
/// were when the container started, whatever becomes of the Secret.
public final class FileMounts {
  /// Where Linux tells a process of its mounts.
  public static final Path MOUNT_INFO = Path.of("/proc/self/mountinfo");

  /// The place of the mount point in a line
  /// ([proc_pid_mountinfo(5)](https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html)).
  private static final int MOUNT_POINT = 4;

  private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

  private FileMounts() {}

  /// Those of `files` that are mounts; none where the system does not tell.
  ///
  /// @param mountInfo as [#MOUNT_INFO]
  /// @throws IOException if it is there and cannot be read
  public static List<Path> among(Collection<Path> files, Path mountInfo) throws IOException {
    if (!Files.exists(mountInfo)) {
      return List.of();
    }
    var mounts = mountPoints(Files.readString(mountInfo, StandardCharsets.ISO_8859_1));
    return files.stream().filter(file -> mounts.contains(real(file))).toList();
  }

  private static Set<String> mountPoints(String info) {
    var found = new HashSet<String>();
    for (var line : info.lines().toList()) {
      var fields = line.split(" ", -1);
      if (fields.length > MOUNT_POINT) {
        found.add(unescape(fields[MOUNT_POINT]));
      }
    }
    return found;
  }

  /// Spaces and the like are written as three octal digits.
  private static String unescape(String path) {
    return OCTAL
        .matcher(path)
        .replaceAll(match -> {
          var text = String.valueOf((char) Integer.parseInt(match.group(1), 8));
          return java.util.regex.Matcher.quoteReplacement(text);
        });
  }

  private static String real(Path file) {
    try {
      var path = Files.isRegularFile(file) ? file.toRealPath().toString() : "";
      return new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
