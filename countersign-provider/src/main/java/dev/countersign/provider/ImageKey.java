package dev.countersign.provider;

import dev.countersign.format.FormatException;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Tagged;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// One question of Gatekeeper: an image, and by whose policy and for which namespace it is judged.
///
/// Written `policy=<p>|ns=<n>|<image>`, the fields optional. The image is all after the last `|`,
/// so that no image name can pass for a field.
///
/// @param policy the name of the policy
/// @param namespace where the image is to run, when the key says so
/// @param tag the tag that is written beside a digest, which is no part of the image's name
public record ImageKey(
    String policy, Optional<String> namespace, ImageReference image, Optional<Tagged> tag) {
  /// The policy of keys that name none.
  public static final String DEFAULT_POLICY = "default";

  private static final Pattern VALUE = Pattern.compile("[a-z0-9.-]{1,63}");
  private static final List<String> FIELDS = List.of("policy", "ns");

  public ImageKey {
    requireValue(policy);
    namespace.ifPresent(ImageKey::requireValue);
  }

  /// A key without a tag beside the digest.
  public ImageKey(String policy, Optional<String> namespace, ImageReference image) {
    this(policy, namespace, image, Optional.empty());
  }

  /// Reads a key with its fields.
  ///
  /// @throws FormatException for an unknown, repeated, misplaced or ill-written field, and for a
  ///   text after them that is no image reference
  public static ImageKey parse(String text) throws FormatException {
    int bar = text.lastIndexOf('|');
    if (bar < 0) {
      return parsePlain(text);
    }
    var values = fields(text.substring(0, bar).split("\\|", -1));
    return of(values.getFirst().orElse(DEFAULT_POLICY), values.get(1), text.substring(bar + 1));
  }

  /// Reads an image reference alone, to be judged by the default policy.
  ///
  /// @throws FormatException for anything else, a key with fields among it
  public static ImageKey parsePlain(String text) throws FormatException {
    return of(DEFAULT_POLICY, Optional.empty(), text);
  }

  private static ImageKey of(String policy, Optional<String> namespace, String image)
      throws FormatException {
    return new ImageKey(policy, namespace, ImageReference.parse(image), tagBeside(image));
  }

  /// The `name:tag` of `name:tag@digest`.
  private static Optional<Tagged> tagBeside(String image) throws FormatException {
    var name = image.substring(0, Math.max(0, image.indexOf('@')));
    return name.lastIndexOf(':') > name.lastIndexOf('/')
            && ImageReference.parse(name) instanceof Tagged tagged
        ? Optional.of(tagged)
        : Optional.empty();
  }

  /// The value of each known field, in the order of the grammar.
  private static List<Optional<String>> fields(String[] written) throws FormatException {
    var values = new ArrayList<Optional<String>>();
    int next = 0;
    for (var field : FIELDS) {
      if (next < written.length && written[next].startsWith(field + "=")) {
        values.add(Optional.of(value(written[next].substring(field.length() + 1))));
        next++;
      } else {
        values.add(Optional.empty());
      }
    }
    if (next < written.length) {
      throw new FormatException(
          "expected policy=<name>|ns=<name>|<image>, got the field \"" + written[next] + '"');
    }
    return values;
  }

  private static String value(String text) throws FormatException {
    if (!VALUE.matcher(text).matches()) {
      throw new FormatException("expected a name of 1 to 63 [a-z0-9.-], got \"" + text + '"');
    }
    return text;
  }

  private static void requireValue(String text) {
    if (!VALUE.matcher(text).matches()) {
      throw new IllegalArgumentException("not a name of 1 to 63 [a-z0-9.-]: " + text);
    }
  }
}
