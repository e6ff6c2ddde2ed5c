package dev.countersign.cli.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A desk whose keys `good` and `other` sign and attest in both forms, as cosign 3 does.
record Shelf(Desk desk) {
  private static final List<String> OFFLINE =
      List.of("--tlog-upload=false", "--use-signing-config=false", "-y");

  static Shelf at(Sites sites) throws IOException {
    Tool.COSIGN3.require();
    var desk = sites.desk();
    desk.makeKeys(Tool.OURS, "good");
    desk.makeKeys(Tool.OURS, "other");
    Files.writeString(desk.folder().resolve("predicate.json"), "{\"x\":1}");
    return new Shelf(desk);
  }

  Path folder(String name) {
    return desk.folder().resolve(name);
  }

  /// Signs in tag form.
  void signInTagForm(String key, String... rest) {
    run(List.of("sign", "--key", key + ".key", "--new-bundle-format=false"), rest);
  }

  /// Signs in bundle form.
  void signInBundleForm(String key, String... rest) {
    run(List.of("sign", "--key", key + ".key"), rest);
  }

  void attestInTagForm(String key, String image) {
    run(
        List.of(
            "attest",
            "--key",
            key + ".key",
            "--new-bundle-format=false",
            "--predicate",
            "predicate.json"),
        image);
  }

  void attestInBundleForm(String key, String image) {
    run(List.of("attest", "--key", key + ".key", "--predicate", "predicate.json"), image);
  }

  /// Signs and attests in both forms.
  void signInAllForms(String key, String image) {
    signInTagForm(key, image);
    signInBundleForm(key, image);
    attestInTagForm(key, image);
    attestInBundleForm(key, image);
  }

  private void run(List<String> words, String... rest) {
    var all = Stream.of(words, OFFLINE, List.of(rest)).flatMap(List::stream);
    desk.run(Tool.COSIGN3, all.toArray(String[]::new)).succeeded();
  }

  Peer.Run ours(String... words) {
    return desk.run(Tool.OURS, words);
  }

  Peer.Run theirs(String... words) {
    return desk.run(Tool.COSIGN3, words);
  }

  /// How cosign 3 verifies bundles, and nothing else where there are some.
  Peer.Run verifyBundles(String key, String image) {
    return theirs("verify", "--key", key + ".pub", "--insecure-ignore-tlog", image);
  }

  /// How all versions of cosign verify signatures in tag form.
  Peer.Run verifyTagForm(String key, String image) {
    return theirs(
        "verify",
        "--key",
        key + ".pub",
        "--insecure-ignore-tlog",
        "--new-bundle-format=false",
        image);
  }

  Peer.Run verifyAttestations(String key, String image) {
    return theirs(
        "verify-attestation",
        "--key",
        key + ".pub",
        "--insecure-ignore-tlog",
        "--type",
        "custom",
        image);
  }

  /// How many signatures ours finds by `key`, in both forms.
  long countProven(String key, String image) {
    return ours("verify", "--key", key + ".pub", image)
        .succeeded()
        .stderr()
        .lines()
        .filter(line -> line.startsWith("  - signature by"))
        .count();
  }
}
