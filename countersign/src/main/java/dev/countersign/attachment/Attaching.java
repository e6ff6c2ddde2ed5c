package dev.countersign.attachment;

import dev.countersign.attachment.Attachments.Attached;
import dev.countersign.format.FormatException;
import dev.countersign.oci.Content;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.ImageReference.Tagged;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.ContentStore.Precondition;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.RegistryException;
import dev.countersign.registry.RegistryException.Fault;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/// Appends an entry to a list under a tag.
///
/// Registries have no transactions: two writers may overwrite each other. So the manifest is read
/// again after each push, and what was lost, ours or another's that was seen, is appended again. A
/// writer that overwrites after that last look still wins; `docs/differences-from-cosign.md` says
/// so.
///
/// @param <L> the kind of list
final class Attaching<L extends TaggedList> {
  /// How often a manifest is pushed before giving up.
  static final int MAX_PUSHES = 6;

  private static final int JITTER_MILLIS = 100;

  private final ContentStore store;
  private final Tagged tag;
  private final L empty;
  private final Parser<L> parser;
  private final Deadline deadline;
  private final Set<Descriptor> seen = new LinkedHashSet<>();

  /// Reads what lies at the tag.
  interface Parser<L> {
    /// What `content` lists.
    ///
    /// @throws FormatException if it is not ours to overwrite
    L parse(Content content) throws FormatException;
  }

  Attaching(ContentStore store, Tagged tag, L empty, Parser<L> parser, Deadline deadline) {
    this.store = store;
    this.tag = tag;
    this.empty = empty;
    this.parser = parser;
    this.deadline = deadline;
  }

  /// What must be in the registry before the entry is; it runs only if the entry is to be written.
  interface Preparation {
    void run() throws IOException;
  }

  /// Appends `entry`, unless the list needs it no more.
  ///
  /// @param isThere whether the list needs no entry any more
  /// @throws IOException if the world fails, if what lies at the tag is not ours to overwrite, or
  ///   if other writers won each time; the message then names what is missing
  Attached attach(Descriptor entry, Predicate<L> isThere, Preparation preparation)
      throws IOException {
    var current = fetch();
    if (isThere.test(current.list())) {
      return Attached.ALREADY_THERE;
    }
    preparation.run();
    return append(List.of(entry), current);
  }

  /// Appends those of `more` that are not in the list.
  ///
  /// @throws IOException as above
  Attached attachAll(List<Descriptor> more, Preparation preparation) throws IOException {
    var current = fetch();
    if (current.list().entries().containsAll(more)) {
      return Attached.ALREADY_THERE;
    }
    preparation.run();
    return append(more, current);
  }

  private Attached append(List<Descriptor> more, Current<L> first) throws IOException {
    var current = first;
    seen.addAll(more);
    for (int push = 1; push <= MAX_PUSHES; push++) {
      push(current);
      current = fetch();
      if (current.list().entries().containsAll(seen)) {
        return Attached.ADDED;
      }
      pause(push);
    }
    throw new IOException(lost(current));
  }

  private Current<L> fetch() throws IOException {
    var fetched = store.fetchManifest(tag, deadline);
    if (fetched.isEmpty()) {
      return new Current<>(empty, new Precondition.None());
    }
    try {
      var list = parser.parse(fetched.get().content());
      seen.addAll(list.entries());
      return new Current<>(list, fetched.get().unchanged());
    } catch (FormatException e) {
      throw new IOException("will not overwrite " + tag + ": " + e.problem(), e);
    }
  }

  private void push(Current<L> current) throws IOException {
    var grown = grown(current);
    if (grown.entries().size() > grown.maxEntries()) {
      throw new IOException(
          tag + " holds " + grown.maxEntries() + " entries, no more are read; remove some");
    }
    if (grown.config().isPresent()) {
      store.pushBlob(tag.repository(), grown.config().get(), deadline);
    }
    try {
      store.pushManifest(tag, grown.toContent(), current.unchanged(), deadline);
    } catch (RegistryException e) {
      if (e.fault() != Fault.CHANGED) {
        throw e;
      }
      // Another writer was first; the caller reads what it wrote and appends again.
    }
  }

  private TaggedList grown(Current<L> current) throws IOException {
    try {
      return current.list().with(List.copyOf(seen));
    } catch (FormatException e) {
      throw new IOException("cannot append to " + tag + ": " + e.problem(), e);
    }
  }

  private void pause(int push) throws IOException {
    long millis = ThreadLocalRandom.current().nextLong(1, JITTER_MILLIS * (long) push);
    try {
      Thread.sleep(Math.min(millis, deadline.remaining().toMillis()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while appending to " + tag, e);
    }
  }

  private String lost(Current<L> current) {
    var missing =
        seen.stream()
            .filter(entry -> !current.list().entries().contains(entry))
            .map(entry -> entry.digest().toString())
            .distinct()
            .toList();
    return "other writers overwrote %s %d times; missing: %s; run the command again"
        .formatted(tag, MAX_PUSHES, missing);
  }

  /// What lies at the tag now.
  private record Current<L>(L list, Precondition unchanged) {}
}
