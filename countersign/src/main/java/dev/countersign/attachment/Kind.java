package dev.countersign.attachment;

/// What is looked for beside an image, and how much of it is read.
public enum Kind {
  SIGNATURE(".sig", 1 << 20, 16L << 20),
  ATTESTATION(".att", 32 << 20, 64L << 20);

  private final String ending;
  private final int maxBytes;
  private final long maxTotalBytes;

  Kind(String ending, int maxBytes, long maxTotalBytes) {
    this.ending = ending;
    this.maxBytes = maxBytes;
    this.maxTotalBytes = maxTotalBytes;
  }

  /// How the tag of those in tag form ends: `.sig`, `.att`.
  public String ending() {
    return ending;
  }

  /// The largest that is read, in bytes.
  public int maxBytes() {
    return maxBytes;
  }

  /// The most that is read of one image, in bytes.
  long maxTotalBytes() {
    return maxTotalBytes;
  }
}
