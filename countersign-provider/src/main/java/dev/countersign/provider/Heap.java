package dev.countersign.provider;

/// How much memory there is to share out.
final class Heap {
  private Heap() {}

  /// One of so many parts of the heap, but no more than `mostBytes`.
  static int share(int parts, int mostBytes) {
    return (int) Math.min(mostBytes, Runtime.getRuntime().maxMemory() / parts);
  }

  /// How many the heap has room for if each gets so many bytes of it, but no more than `most`.
  static int count(int bytesEach, int most) {
    return (int) Math.min(most, Runtime.getRuntime().maxMemory() / bytesEach);
  }
}
