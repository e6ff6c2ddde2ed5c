package dev.countersign.cli;

import dev.countersign.format.FormatException;
import dev.countersign.oci.Content;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.Manifest;
import dev.countersign.oci.Platform;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import java.io.IOException;
import java.util.Optional;

/// Finds the image that a command is about.
record Lookup(ContentStore store, Deadline deadline) {
  static Optional<Platform> platform(Arguments arguments, Flag flag) throws Failure {
    var text = arguments.find(flag);
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Platform.parse(text.get()));
    } catch (FormatException e) {
      throw new Failure("--" + flag.name() + ": " + e.problem());
    }
  }

  /// What `name` names now, by the bytes that came.
  Digested find(ImageReference name) throws Failure, IOException {
    return name.repository().digest(fetch(name).digest());
  }

  /// The same, and of an index the image for `platform`. One image is what it is.
  Digested find(ImageReference name, Optional<Platform> platform) throws Failure, IOException {
    var content = fetch(name);
    if (platform.isEmpty()) {
      return name.repository().digest(content.digest());
    }
    try {
      return switch (Manifest.parse(content)) {
        case Manifest.Image image -> name.repository().digest(content.digest());
        case Manifest.Index index -> choose(name, content, platform.get());
      };
    } catch (FormatException e) {
      throw new IOException("cannot read " + name + ": " + e.problem(), e);
    }
  }

  private Content fetch(ImageReference name) throws Failure, IOException {
    return store.fetchManifest(name, deadline).orElseThrow(() -> Absence.of(name)).content();
  }

  private static Digested choose(ImageReference name, Content index, Platform platform)
      throws Failure, FormatException {
    var found = platform.select(index);
    if (found.size() != 1) {
      throw new Failure(
          "expected one image for %s in %s, got %d".formatted(platform, name, found.size()));
    }
    return name.repository().digest(found.getFirst().digest());
  }
}
