package dev.countersign.maven;

import java.util.List;

/// Verifies the image that jib pushed, by its digest.
public final class VerifyMojo extends CommandMojo {
  @Override
  List<String> subcommand() {
    return List.of("verify");
  }
}
