package dev.countersign.signature;

import java.util.Optional;

/// One signature as it was found beside an image, before anything in it is believed.
public sealed interface Signature {
  /// A signature in tag form: a layer of the image `sha256-<hex>.sig`.
  ///
  /// @param logEntry the text of the transparency log's entry that came with it, in JSON
  record Simple(SimpleSigning.Sealed sealed, Optional<String> logEntry) implements Signature {}

  /// Something that lies where signatures lie and cannot be read as one.
  ///
  /// @param problem one line
  record Malformed(String problem) implements Signature {}
}
