package dev.countersign.cli;

import dev.countersign.ImageVerifier;
import dev.countersign.attachment.SavedImage;
import dev.countersign.format.FormatException;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Requirement;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.ImageLayout;
import java.io.IOException;
import java.util.List;

/// Verifies images that lie in folders.
record LocalImages(World world, Requirement requirement, Deadline deadline) {
  /// All of them, in their order; the exit code is that of the first that failed.
  int verify(List<String> folders, VerificationReport report) throws Failure {
    int exitCode = ExitCode.DONE;
    for (var folder : folders) {
      int one = report.print(folder, decide(folder));
      exitCode = exitCode == ExitCode.DONE ? one : exitCode;
    }
    return exitCode;
  }

  private Decision decide(String folder) throws Failure {
    try {
      var saved = SavedImage.in(ImageLayout.open(world.file(folder)));
      return new ImageVerifier(saved.store()).verify(saved.image(), requirement, deadline);
    } catch (FormatException e) {
      return new Decision.Undetermined(e.problem());
    } catch (IOException e) {
      return new Decision.Undetermined(FileFault.describe(e));
    }
  }
}
