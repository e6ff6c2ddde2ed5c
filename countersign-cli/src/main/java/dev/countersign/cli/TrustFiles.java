package dev.countersign.cli;

import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.trust.CertificateAuthority;
import dev.countersign.trust.PemRoots;
import dev.countersign.trust.TrustedLog;
import dev.countersign.trust.TrustedRoot;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Reads whom the command line and the environment trust: files, and nothing else.
record TrustFiles(Arguments arguments, World world) {
  static final Flag TRUSTED_ROOT =
      Flag.text("trusted-root", "trusted_root.json: authorities and logs that count");
  static final Flag CHAIN =
      Flag.text("certificate-chain", "PEM file: authorities that count instead, the root last");
  static final Flag CA_ROOTS =
      Flag.text("ca-roots", "PEM file: root certificates that count instead");
  static final Flag CA_INTERMEDIATES =
      Flag.text("ca-intermediates", "PEM file: intermediate certificates under --ca-roots");
  static final Flag TIMESTAMP_CHAIN =
      Flag.text("timestamp-certificate-chain", "PEM file: timestamp authority that counts instead");

  static final List<Flag> FLAGS =
      List.of(TRUSTED_ROOT, CHAIN, CA_ROOTS, CA_INTERMEDIATES, TIMESTAMP_CHAIN);

  private static final int MOST_BYTES = 1 << 20;

  /// What reads the text of a file.
  private interface Parser<T> {
    T parse(String text) throws FormatException;
  }

  /// Those of `--trusted-root`, else those of cosign's variables; the flags with single
  /// certificates replace parts of either. Empty if nothing is named.
  Optional<TrustedRoot> find() throws Failure, IOException {
    var named = arguments.find(TRUSTED_ROOT);
    var root = named.isPresent() ? Optional.of(trustedRoot(named.get())) : ofVariables();
    return withCertificates(root);
  }

  /// Those of `--trusted-root` alone.
  Optional<TrustedRoot> findTrustedRoot() throws Failure, IOException {
    var named = arguments.find(TRUSTED_ROOT);
    return named.isPresent() ? Optional.of(trustedRoot(named.get())) : Optional.empty();
  }

  private TrustedRoot trustedRoot(String name) throws Failure, IOException {
    var content = SmallFile.read(world, name, TrustedRoot.MAX_BYTES);
    try {
      return TrustedRoot.parse(content);
    } catch (FormatException e) {
      throw unusable(name, e);
    }
  }

  private Optional<TrustedRoot> ofVariables() throws Failure, IOException {
    var authorities = ofVariable("SIGSTORE_ROOT_FILE", PemRoots::authorities);
    var log = ofVariable("SIGSTORE_REKOR_PUBLIC_KEY", PemRoots::log);
    var certificateLog = ofVariable("SIGSTORE_CT_LOG_PUBLIC_KEY_FILE", PemRoots::log);
    var timestamps = ofVariable("SIGSTORE_TSA_CERTIFICATE_FILE", PemRoots::timestampAuthorities);
    if (Stream.of(authorities, log, certificateLog, timestamps).allMatch(Optional::isEmpty)) {
      return Optional.empty();
    }
    return Optional.of(
        new TrustedRoot(
            log.<List<TrustedLog>>map(List::of).orElse(List.of()),
            authorities.orElse(List.of()),
            certificateLog.<List<TrustedLog>>map(List::of).orElse(List.of()),
            timestamps.orElse(List.of())));
  }

  private <T> Optional<T> ofVariable(String variable, Parser<T> parser)
      throws Failure, IOException {
    var name = world.variable(variable).filter(text -> !text.isEmpty());
    return name.isEmpty() ? Optional.empty() : Optional.of(read(name.get(), parser));
  }

  private Optional<TrustedRoot> withCertificates(Optional<TrustedRoot> root)
      throws Failure, IOException {
    var authorities = certificateAuthorities();
    var timestampChain = arguments.find(TIMESTAMP_CHAIN);
    if (authorities.isEmpty() && timestampChain.isEmpty()) {
      return root;
    }
    var base = root.orElse(TrustedRoot.NOBODY);
    return Optional.of(
        new TrustedRoot(
            base.logs(),
            authorities.orElse(base.certificateAuthorities()),
            base.certificateLogs(),
            timestampChain.isPresent()
                ? read(timestampChain.get(), PemRoots::timestampAuthorities)
                : base.timestampAuthorities()));
  }

  private Optional<List<CertificateAuthority>> certificateAuthorities()
      throws Failure, IOException {
    var chain = arguments.find(CHAIN);
    var roots = arguments.find(CA_ROOTS);
    var intermediates = arguments.find(CA_INTERMEDIATES);
    if (chain.isPresent() && (roots.isPresent() || intermediates.isPresent())) {
      throw new Failure("expected --certificate-chain or --ca-roots, got both");
    }
    if (intermediates.isPresent() && roots.isEmpty()) {
      throw new Failure("expected --ca-roots with --ca-intermediates, got none");
    }
    if (chain.isEmpty() && roots.isEmpty()) {
      return Optional.empty();
    }
    var more = intermediates.isPresent() ? '\n' + read(intermediates.get(), text -> text) : "";
    return Optional.of(
        read(chain.or(() -> roots).orElseThrow(), text -> PemRoots.authorities(text + more)));
  }

  private <T> T read(String name, Parser<T> parser) throws Failure, IOException {
    var content = SmallFile.read(world, name, MOST_BYTES);
    try {
      return parser.parse(content.toUtf8());
    } catch (FormatException e) {
      throw unusable(name, e);
    }
  }

  private static Failure unusable(String name, FormatException problem) {
    return new Failure("cannot use " + OneLine.of(name) + ": " + problem.problem());
  }
}
