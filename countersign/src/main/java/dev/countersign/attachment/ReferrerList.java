package dev.countersign.attachment;

import dev.countersign.format.FormatException;
import dev.countersign.oci.Content;
import dev.countersign.oci.Descriptor;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.ImageReference.Tagged;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import dev.countersign.signature.Evidence.Gap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// What refers to an image, by the registry's own list or by the index that stands in for it.
///
/// @param manifests each digest once
/// @param gaps what could not be seen
public record ReferrerList(List<Descriptor> manifests, Source source, List<Gap> gaps) {
  public ReferrerList {
    manifests = List.copyOf(manifests);
    gaps = List.copyOf(gaps);
  }

  /// Who keeps the list.
  public enum Source {
    /// The registry.
    API,
    /// Those who push, in an index at the tag `sha256-<hex>`.
    TAG
  }

  /// The tag of the index that stands in for the registry's list.
  static Tagged tag(Digested subject) {
    return subject.repository().tag(subject.digest().asTag());
  }

  /// The index is asked also when the registry's list is empty, as ghcr.io's is, or fails.
  static ReferrerList fetch(ContentStore store, Digested subject, Deadline deadline) {
    var gaps = new ArrayList<Gap>();
    var source = Source.API;
    try {
      var list = store.fetchReferrers(subject, deadline);
      list.flatMap(ContentStore.Referrers::cut).ifPresent(cut -> gaps.add(Attachments.gapOf(cut)));
      if (list.isPresent() && !list.get().manifests().isEmpty()) {
        return new ReferrerList(distinct(list.get().manifests()), source, gaps);
      }
      source = list.isPresent() ? Source.API : Source.TAG;
    } catch (IOException e) {
      gaps.add(Attachments.gapOf(e));
    }
    return new ReferrerList(ofTag(store, subject, deadline, gaps), source, gaps);
  }

  private static List<Descriptor> ofTag(
      ContentStore store, Digested subject, Deadline deadline, List<Gap> gaps) {
    try {
      var fetched = store.fetchManifest(tag(subject), deadline);
      return fetched.isEmpty() ? List.of() : entries(subject, fetched.get().content());
    } catch (FormatException e) {
      gaps.add(new Gap.Unreadable("the index " + tag(subject) + ": " + e.problem()));
      return List.of();
    } catch (IOException e) {
      gaps.add(Attachments.gapOf(e));
      return List.of();
    }
  }

  /// What is no index lists nothing, as the specification wants.
  private static List<Descriptor> entries(Digested subject, Content content)
      throws FormatException {
    return distinct(
        ReferrerIndex.find(subject.digest(), content)
            .map(ReferrerIndex::entries)
            .orElse(List.of()));
  }

  /// This list, if all that refers to `subject` can be seen.
  ///
  /// @throws IOException naming what cannot: work that loses some without a word is worse than none
  ReferrerList requireWhole(Object subject) throws IOException {
    if (!gaps.isEmpty()) {
      throw new IOException(
          "cannot see all that refers to " + subject + ": " + gaps.getFirst().text());
    }
    return this;
  }

  private static List<Descriptor> distinct(List<Descriptor> descriptors) {
    var byDigest = new LinkedHashMap<Object, Descriptor>();
    descriptors.forEach(one -> byDigest.putIfAbsent(one.digest(), one));
    return List.copyOf(byDigest.values());
  }

  /// Whether the registry itself lists `manifest`.
  static boolean isListed(
      ContentStore store, Digested subject, Descriptor manifest, Deadline deadline)
      throws IOException {
    Optional<ContentStore.Referrers> list = store.fetchReferrers(subject, deadline);
    return list.stream()
        .flatMap(found -> found.manifests().stream())
        .anyMatch(one -> one.digest().equals(manifest.digest()));
  }
}
