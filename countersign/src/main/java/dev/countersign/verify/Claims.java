package dev.countersign.verify;

import java.util.Map;

/// What a signature must say, besides being good.
public sealed interface Claims {
  /// It names the image, and has each of `annotations` with exactly that string.
  record Required(Map<String, String> annotations) implements Claims {
    /// It names the image.
    public static final Required IMAGE = new Required(Map.of());

    public Required {
      annotations = Map.copyOf(annotations);
    }
  }

  /// Anything at all, another image's name included. The signature proves nothing about the image.
  record InsecureUnchecked() implements Claims {}
}
