package dev.countersign.maven;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.maven.plugin.MojoExecutionException;

/// The image that jib noted in `jib-image.json` ([its
/// metadata](https://github.com/GoogleContainerTools/jib/blob/master/docs/faq.md)).
///
/// @param reference by digest: a tag may name another image by now
record JibImage(String reference) {
  private static final long MAX_BYTES = 1 << 20;
  private static final Pattern IMAGE = Pattern.compile("\"image\"\\s*:\\s*\"([^\"\\\\\\s]+)\"");
  private static final Pattern DIGEST =
      Pattern.compile("\"imageDigest\"\\s*:\\s*\"(sha256:[0-9a-f]{64})\"");
  private static final Pattern NOT_PUSHED = Pattern.compile("\"imagePushed\"\\s*:\\s*false");

  /// @throws MojoExecutionException with advice, if jib pushed none
  static JibImage read(Path file) throws MojoExecutionException {
    var text = text(file);
    var image = group(IMAGE, text);
    var digest = group(DIGEST, text);
    if (image.isEmpty() || digest.isEmpty()) {
      throw new MojoExecutionException(
          "expected an image and its digest from jib in " + file + ", got something else");
    }
    if (NOT_PUSHED.matcher(text).find()) {
      throw new MojoExecutionException(
          "expected an image that jib pushed (jib:build), got one that it only built: " + file);
    }
    return new JibImage(repository(image.get()) + '@' + digest.get());
  }

  private static String text(Path file) throws MojoExecutionException {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new MojoExecutionException("expected at most 1 MiB in " + file + ", got more");
      }
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new MojoExecutionException("expected " + file + " from jib:build, got none", e);
    } catch (IOException e) {
      throw new MojoExecutionException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static Optional<String> group(Pattern pattern, String text) {
    var found = pattern.matcher(text);
    return found.find() ? Optional.of(found.group(1)) : Optional.empty();
  }

  /// Without digest and tag; a colon before the last slash is a port's.
  private static String repository(String image) {
    var named = image.split("@", 2)[0];
    int colon = named.lastIndexOf(':');
    return colon > named.lastIndexOf('/') ? named.substring(0, colon) : named;
  }
}
