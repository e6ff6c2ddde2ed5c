package dev.countersign.provider;

/// How much memory there is to share out.
final class Heap {
  private Heap() {}

  /// One of so many parts of the heap, but no more than `mostBytes`.
  static int share(int parts, int mostBytes) {
    return (int) Math.min(mostBytes, Runtime.getRuntime().maxMemory() / parts);
  }
}
