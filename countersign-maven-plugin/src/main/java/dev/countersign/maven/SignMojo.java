package dev.countersign.maven;

import java.util.List;

/// Signs the image that jib pushed, by its digest.
public final class SignMojo extends CommandMojo {
  @Override
  List<String> subcommand() {
    return List.of("sign", "-y");
  }
}
