package dev.countersign.attachment;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.oci.Content;
import dev.countersign.oci.Descriptor;
import java.util.List;
import java.util.Optional;

/// A manifest under a tag of its own, to which entries are appended.
sealed interface TaggedList permits TagManifest, ReferrerIndex {
  List<Descriptor> entries();

  /// This list with those of `more` that are not in it at its end.
  TaggedList with(List<Descriptor> more) throws FormatException;

  Content toContent();

  /// The blob that must be there before the manifest.
  Optional<Bytes> config();

  /// The most entries that are read; more are not written.
  int maxEntries();
}
