package dev.countersign.cli;

import dev.countersign.format.Bytes;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.format.OneLine;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.WebFiles;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/// Fetches whom to trust from a TUF repository, and remembers the repository.
final class Initialize implements Command {
  private static final Flag MIRROR =
      Flag.text("mirror", "TUF repository: https://… or file:///…")
          .initially(TufRepository.PUBLIC_MIRROR);
  private static final Flag ROOT =
      Flag.text("root", "its first root.json, a file or URL; the public one is known");
  private static final Flag CHECKSUM =
      Flag.text("root-checksum", "SHA-256 of that file in hex, or sha512:…");
  private static final Flag STAGING =
      Flag.refusedSwitch("staging", "name the repository with --mirror and --root");

  private static final int MAX_ROOT_BYTES = 512_000;

  @Override
  public Usage usage() {
    return new Usage(
        "initialize",
        "Fetches whose certificates and logs count, and which services to ask, from a TUF"
            + " repository.",
        "",
        0,
        0,
        List.of(MIRROR, ROOT, CHECKSUM, STAGING),
        """
        countersign initialize
        countersign initialize --mirror https://tuf.example --root root.json --root-checksum …
        """);
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, IOException {
    var deadline = Images.deadline(arguments);
    var access = new RegistryAccess(arguments, world);
    var mirror = arguments.require(MIRROR);
    var root = root(arguments, world, access, deadline);
    new TufRepository(world, access, deadline).initialize(mirror, root);
    world.stderr().println("Trusted from now on: " + OneLine.of(mirror));
    return ExitCode.DONE;
  }

  private static Bytes root(
      Arguments arguments, World world, RegistryAccess access, Deadline deadline)
      throws Failure, IOException {
    var named = arguments.find(ROOT);
    var checksum = arguments.find(CHECKSUM);
    if (named.isEmpty()) {
      if (checksum.isPresent()) {
        throw new Failure("expected --root with --root-checksum, got none");
      }
      if (!arguments.require(MIRROR).equals(TufRepository.PUBLIC_MIRROR)) {
        throw new Failure("expected --root, the first root.json of that repository, got none");
      }
      return TufRepository.publicRoot();
    }
    var isUrl = named.get().startsWith("https://") || named.get().startsWith("http://");
    if (isUrl && checksum.isEmpty()) {
      throw new Failure("expected --root-checksum for a root from a URL, got none");
    }
    var content =
        isUrl
            ? fetch(named.get(), access, deadline)
            : SmallFile.read(world, named.get(), MAX_ROOT_BYTES);
    if (checksum.isPresent()) {
      requireSame(content, checksum.get());
    }
    return content;
  }

  private static Bytes fetch(String url, RegistryAccess access, Deadline deadline)
      throws Failure, IOException {
    try (var web = new WebFiles(access.services())) {
      return web.fetch(url, MAX_ROOT_BYTES, deadline);
    }
  }

  private static void requireSame(Bytes content, String checksum) throws Failure {
    var isLong = checksum.startsWith("sha512:");
    var algorithm = isLong ? HashAlgorithm.SHA512 : HashAlgorithm.SHA256;
    var wanted = checksum.replaceFirst("^sha(256|512):", "").toLowerCase(Locale.ROOT);
    var actual = algorithm.hexOf(content);
    if (!actual.equals(wanted)) {
      throw new Failure(
          "expected a root with the %s %s, got %s"
              .formatted(algorithm, OneLine.of(wanted), actual));
    }
  }
}
