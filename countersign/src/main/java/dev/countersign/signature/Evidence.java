package dev.countersign.signature;

import java.util.List;

/// All that was found beside one image, and what could not be seen; never a verdict.
///
/// @param signatures in the order of the registry
public record Evidence(List<Signature> signatures, List<Gap> gaps) {
  /// Nothing is there, and all was seen.
  public static final Evidence NONE = new Evidence(List.of(), List.of());

  public Evidence {
    signatures = List.copyOf(signatures);
    gaps = List.copyOf(gaps);
  }

  /// A reason why the evidence may be incomplete, in one line.
  public sealed interface Gap {
    /// One line.
    String text();

    /// The world failed; asking again may help.
    record Fault(String text) implements Gap {}

    /// More lies there than is read; asking again will not help.
    record Limit(String text) implements Gap {}

    /// Something lies where signatures are listed, and it cannot be read; asking again will not
    /// help.
    record Unreadable(String text) implements Gap {}

    /// The registry's address is not to be asked; asking again will not help.
    record AddressNotAllowed(String text) implements Gap {}
  }
}
