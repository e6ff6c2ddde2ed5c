package dev.countersign.attachment;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.oci.Content;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.Digest;
import dev.countersign.oci.Manifest;
import dev.countersign.registry.ContentStore.Referrers;
import java.util.List;
import java.util.Optional;

/// The index `sha256-<hex>`, where a registry keeps no list of referrers ([referrers
/// tag](https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#unavailable-referrers-api)).
///
/// Entries are appended to the bytes that were there, so that what others wrote stays as it is.
record ReferrerIndex(Content toContent, List<Descriptor> entries) implements TaggedList {
  static final ReferrerIndex EMPTY =
      new ReferrerIndex(new Manifest.Index(List.of()).toContent(), List.of());

  ReferrerIndex {
    entries = List.copyOf(entries);
  }

  /// What lies at the tag of `subject`; empty if that is another image. The subject itself, which
  /// cosign's `copy` puts there, is as good as nothing: it has its digest.
  ///
  /// @throws FormatException if it cannot be read
  static Optional<ReferrerIndex> find(Digest subject, Content content) throws FormatException {
    var manifest = Manifest.parse(content);
    if (content.digest().equals(subject)) {
      return Optional.of(EMPTY);
    }
    return switch (manifest) {
      case Manifest.Index index -> Optional.of(new ReferrerIndex(content, index.manifests()));
      case Manifest.Image image -> Optional.empty();
    };
  }

  /// The same for a list that is to grow.
  ///
  /// @throws FormatException if another image lies there
  static ReferrerIndex parse(Digest subject, Content content) throws FormatException {
    return find(subject, content)
        .orElseThrow(
            () -> new FormatException("expected an index of referrers, got another image"));
  }

  @Override
  public ReferrerIndex with(List<Descriptor> more) throws FormatException {
    var added = more.stream().filter(one -> !entries.contains(one)).distinct().toList();
    var grown = Manifest.Index.append(toContent, added);
    return switch (Manifest.parse(grown)) {
      case Manifest.Index index -> new ReferrerIndex(grown, index.manifests());
      case Manifest.Image image -> throw new AssertionError("an index stays one");
    };
  }

  @Override
  public Optional<Bytes> config() {
    return Optional.empty();
  }

  @Override
  public int maxEntries() {
    return Referrers.MAX;
  }
}
