package dev.countersign.cli;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.signature.BlobSignature;
import java.io.IOException;

/// A file with a bundle, a sigstore one or cosign's old one.
///
/// @param content as it came
record BundleFile(String name, Bytes content) {
  /// The longest that is read.
  private static final int MOST_BYTES = 16 << 20;

  static BundleFile read(World world, String name) throws Failure, IOException {
    return new BundleFile(name, SmallFile.read(world, name, MOST_BYTES));
  }

  /// @throws Failure if it is no bundle
  BlobSignature signature() throws Failure {
    try {
      return BlobSignature.parse(content);
    } catch (FormatException e) {
      throw new Failure("cannot use the bundle " + OneLine.of(name) + ": " + e.problem());
    }
  }
}
