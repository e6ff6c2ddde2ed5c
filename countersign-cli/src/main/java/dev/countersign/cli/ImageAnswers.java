package dev.countersign.cli;

import dev.countersign.registry.Deadline;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// Who is asked about the images of manifests.
interface ImageAnswers {
  /// An answer to each question, at the deadline at the latest.
  ///
  /// @throws Failure if nobody can be asked
  Map<ImageQuestion, ImageAnswer> ask(List<ImageQuestion> questions, Deadline deadline)
      throws Failure, IOException;
}
