package dev.countersign.policy;

import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.verify.VerificationResult.Rejected;
import java.util.List;
import java.util.stream.Collectors;

/// Why an image is not allowed: a lasting no.
public sealed interface Denial {
  /// The registry has no such tag or no such repository.
  record ImageAbsent(ImageReference image) implements Denial {}

  /// The image has no signature.
  record NoSignature(Digested image) implements Denial {}

  /// The image has signatures, and none proves it.
  record NoneProves(Digested image, List<Rejected> rejected) implements Denial {
    public NoneProves {
      rejected = List.copyOf(rejected);
    }
  }

  /// There is more beside the image than is read, and what was read proves nothing.
  record LimitReached(String limit) implements Denial {}

  /// The registry lies at an address that is not to be asked.
  record AddressNotAllowed(String problem) implements Denial {}

  /// The denial that follows from all signatures of `image` being rejected, or from there being
  /// none.
  static Denial of(Digested image, List<Rejected> rejected) {
    return rejected.isEmpty() ? new NoSignature(image) : new NoneProves(image, rejected);
  }

  /// A word for logs and tests; it does not change.
  default String code() {
    return switch (this) {
      case ImageAbsent d -> "image-absent";
      case NoSignature d -> "no-signature";
      case NoneProves d -> "no-matching-signature";
      case LimitReached d -> "limit-reached";
      case AddressNotAllowed d -> "address-not-allowed";
    };
  }

  /// One line for people.
  default String text() {
    return switch (this) {
      case ImageAbsent d -> "image not found: " + d.image();
      case NoSignature d -> "no signatures found for " + d.image();
      case NoneProves d -> "no matching signatures for " + d.image() + ": " + reasons(d.rejected());
      case LimitReached d -> "no matching signatures within the limits: " + d.limit();
      case AddressNotAllowed d -> d.problem();
    };
  }

  /// Each reason once, the commonest words first come; at most three, so that the line stays one.
  private static String reasons(List<Rejected> rejected) {
    var texts = rejected.stream().map(Denial::reason).distinct().toList();
    var shown = texts.stream().limit(3).collect(Collectors.joining("; "));
    return texts.size() > 3 ? shown + "; and " + (texts.size() - 3) + " other reasons" : shown;
  }

  private static String reason(Rejected rejected) {
    return rejected.reason().text() + " (wanted: " + rejected.authority().name() + ")";
  }
}
