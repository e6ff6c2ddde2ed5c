package dev.countersign.registry;

import dev.countersign.format.Bytes;
import dev.countersign.oci.Content;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.Digest;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.Repository;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/// What a medium of OCI content can do.
///
/// What is not there is an empty answer; every other failure is an [IOException]. Bytes are given
/// only after their digest was computed and compared. Safe for use by many threads.
public interface ContentStore {
  /// The largest manifest that is read, in bytes.
  int MAX_MANIFEST_BYTES = 4 << 20;

  /// The digest that `image` has now; a reference by digest is returned as it is, without I/O.
  Optional<Digested> resolve(ImageReference image, Deadline deadline) throws IOException;

  /// The manifest or index that `image` names.
  Optional<Fetched> fetchManifest(ImageReference image, Deadline deadline) throws IOException;

  /// What refers to `image`; empty if this medium keeps no such list.
  Optional<Referrers> fetchReferrers(Digested image, Deadline deadline) throws IOException;

  /// The content that `blob` describes, of exactly its size.
  ///
  /// @param limitBytes the most that the caller wants to read; a larger blob is not asked for
  Optional<Bytes> fetchBlob(
      Repository repository, Descriptor blob, int limitBytes, Deadline deadline) throws IOException;

  /// Whether `repository` holds the blob.
  boolean hasBlob(Repository repository, Digest blob, Deadline deadline) throws IOException;

  /// Puts `blob` into `repository`, if it is not there already.
  void pushBlob(Repository repository, Bytes blob, Deadline deadline) throws IOException;

  /// Gives the content that `blob` describes to `reader`, piece by piece, whatever its size. The
  /// last piece comes only after the digest of all was compared.
  ///
  /// @param reader is called again from the start when a fault that may pass broke the first try
  /// @return whether the blob is there
  /// @throws IOException also what `reader` throws
  boolean readBlob(Repository repository, Descriptor blob, BlobReader reader, Deadline deadline)
      throws IOException;

  /// Puts the content that `blob` describes into `repository`.
  ///
  /// @param content of exactly the size of `blob`, or failing; read once
  void pushBlob(Repository repository, Descriptor blob, InputStream content, Deadline deadline)
      throws IOException;

  /// Makes a blob of another repository part of `repository`, without moving its bytes.
  ///
  /// @return whether this medium did so; if not, it has to be pushed
  boolean mountBlob(Repository repository, Digest blob, Repository from, Deadline deadline)
      throws IOException;

  /// Puts a manifest under the tag or digest of `target`.
  ///
  /// @throws RegistryException with [RegistryException.Fault#CHANGED] if `condition` does not hold
  void pushManifest(
      ImageReference target, Content manifest, Precondition condition, Deadline deadline)
      throws IOException;

  /// Removes a tag, or a manifest with all its tags.
  ///
  /// @return whether it was there
  boolean deleteManifest(ImageReference target, Deadline deadline) throws IOException;

  /// Takes the content of a blob while it comes.
  @FunctionalInterface
  interface BlobReader {
    /// Reads as much as it wants.
    ///
    /// @param content ends with the blob, and fails if it is another
    void read(InputStream content) throws IOException;
  }

  /// A list of what refers to an image, at most [#MAX] long.
  ///
  /// @param cut why the list ends before its end; empty if it is whole
  record Referrers(List<Descriptor> manifests, Optional<RegistryException> cut) {
    /// The most that are read.
    public static final int MAX = 2_000;

    public Referrers {
      manifests = List.copyOf(manifests);
    }
  }

  /// A manifest as it came.
  ///
  /// @param unchanged the condition under which this is still what the reference names
  record Fetched(Content content, Precondition unchanged) {}

  /// When a push may overwrite what is there.
  sealed interface Precondition {
    /// Always.
    record None() implements Precondition {}

    /// Only while the entity tag ([RFC 9110
    /// §13.1.1](https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1)) is this one. Many
    /// registries do not look at it.
    record IfMatch(String etag) implements Precondition {}
  }
}
