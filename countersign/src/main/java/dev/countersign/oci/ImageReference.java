package dev.countersign.oci;

import dev.countersign.format.FormatException;
import java.util.regex.Pattern;

/// The name of an image, as a person writes it: by a tag, which can move, or by its digest.
///
/// Read as
/// [go-containerregistry](https://github.com/google/go-containerregistry/tree/main/pkg/name) reads
/// it: `nginx` is `index.docker.io/library/nginx:latest`, and in `name:tag@digest` the digest names
/// the image.
public sealed interface ImageReference {
  /// The longest text that is read, in characters.
  int MAX_CHARACTERS = 1_024;

  /// Where the image lies.
  Repository repository();

  /// Reads a reference; a name without tag and digest has the tag `latest`.
  ///
  /// @throws FormatException if `text` is no image reference
  static ImageReference parse(String text) throws FormatException {
    if (text.isEmpty() || text.length() > MAX_CHARACTERS) {
      throw new FormatException(
          "expected an image reference of 1 to 1024 characters, got " + text.length());
    }
    int at = text.indexOf('@');
    if (at < 0) {
      return Tagged.parse(text);
    }
    var digest = Digest.parse(text.substring(at + 1));
    return new Digested(Tagged.parse(text.substring(0, at)).repository(), digest);
  }

  /// A name that can move. It cannot be verified; it must be resolved first.
  ///
  /// @param repository where the image lies
  /// @param tag 1 to 128 of `[A-Za-z0-9_.-]`
  record Tagged(Repository repository, String tag) implements ImageReference {
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_.-]{1,128}");

    public Tagged {
      if (!TAG.matcher(tag).matches()) {
        throw new IllegalArgumentException("not a tag: " + tag);
      }
    }

    private static Tagged parse(String text) throws FormatException {
      int colon = text.lastIndexOf(':');
      if (colon < 0 || text.indexOf('/', colon) >= 0) {
        return new Tagged(Repository.parse(text), "latest");
      }
      var tag = text.substring(colon + 1);
      if (!TAG.matcher(tag).matches()) {
        throw new FormatException("expected a tag of [A-Za-z0-9_.-], got \"" + tag + '"');
      }
      return new Tagged(Repository.parse(text.substring(0, colon)), tag);
    }

    @Override
    public String toString() {
      return repository + ":" + tag;
    }
  }

  /// A name that cannot move. Only this kind can be verified.
  ///
  /// @param repository where the image lies
  /// @param digest the image's manifest
  record Digested(Repository repository, Digest digest) implements ImageReference {
    @Override
    public String toString() {
      return repository + "@" + digest;
    }
  }
}
