package dev.countersign.testkit;

import java.util.regex.Pattern;

/// The grammar of names and tags in the distribution specification.
final class Names {
  private static final String PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
  private static final Pattern NAME = Pattern.compile(PART + "(?:/" + PART + ")*");
  private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");

  private Names() {}

  static void demandName(String name) throws Refusal {
    if (name.length() > 255 || !NAME.matcher(name).matches()) {
      throw new Refusal(ErrorCode.NAME_INVALID, "expected a repository name, got " + name);
    }
  }

  static void demandDigest(String digest) throws Refusal {
    if (!ContentDigest.isValid(digest)) {
      throw new Refusal(
          ErrorCode.DIGEST_INVALID, "expected a sha256 or sha512 digest, got " + digest);
    }
  }

  static boolean isTag(String text) {
    return TAG.matcher(text).matches();
  }
}
