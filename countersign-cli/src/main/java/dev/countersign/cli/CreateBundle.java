package dev.countersign.cli;

import dev.countersign.format.Blob;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import dev.countersign.format.OneLine;
import dev.countersign.key.PublicKey;
import dev.countersign.sign.BlobSigner;
import dev.countersign.signature.BlobSignature;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Envelope;
import dev.countersign.signature.Statement;
import dev.countersign.transparency.LogEntry;
import dev.countersign.verify.Authority;
import dev.countersign.verify.BlobResult;
import dev.countersign.verify.BlobVerifier;
import java.io.IOException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// Makes a sigstore bundle of a signature that was made before.
final class CreateBundle implements Command {
  private static final int MOST_BYTES = 16 << 20;
  private static final String KEYS_ONLY =
      "only signatures by a key become bundles; sign-blob and attest-blob make those of identities";

  private static final Flag KEY =
      Flag.text(
          "key", "public key of the signature: a file, env://NAME, k8s://NS/NAME or an https URL");
  private static final Flag ARTIFACT = Flag.text("artifact", "file that was signed");
  private static final Flag BUNDLE = Flag.text("bundle", "file with cosign's old bundle");
  private static final Flag SIGNATURE =
      Flag.text("signature", "the signature alone: a file or base64");
  private static final Flag ATTESTATION =
      Flag.text("attestation", "file with a signed statement (a DSSE envelope) about the artifact");
  private static final Flag OUT = Flag.text("out", "file to write instead of standard output");

  @Override
  public Usage usage() {
    return new Usage(
        "bundle create",
        "Makes a bundle of a signature that is there, once the key has verified it.",
        "",
        0,
        0,
        List.of(
            KEY,
            ARTIFACT,
            BUNDLE,
            SIGNATURE,
            ATTESTATION,
            OUT,
            Flag.harmlessSwitch("ignore-tlog"),
            Flag.refusedText("certificate", KEYS_ONLY),
            Flag.refusedText("rfc3161-timestamp", KEYS_ONLY),
            CommonFlags.REKOR_URL,
            CommonFlags.SK,
            CommonFlags.SLOT),
        "countersign bundle create --key cosign.pub --artifact app.tar.gz --signature app.sig"
            + " --out app.sigstore.json");
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, FormatException, IOException {
    var artifact =
        arguments.find(ARTIFACT).orElseThrow(() -> new Failure("must supply --artifact"));
    requireOneSignature(arguments);
    var reference =
        arguments
            .find(KEY)
            .orElseThrow(() -> new Failure("expected --key, got none: " + KEYS_ONLY));
    var source = BlobSource.find(world, artifact);
    var access = new RegistryAccess(arguments, world);
    var deadline = Images.deadline(arguments);
    var key = new Keys(world, access).readPublic(reference, deadline);
    var authority = new Authority.Key(reference, key);
    var given = given(arguments, world, access);
    var blob = source.read(BlobVerifier.hashes(given.signature(), authority), key.schemes());
    var bundle =
        switch (given) {
          case Given.OfFile(var signature) -> ofFile(blob, signature, authority);
          case Given.OfStatement(var envelope) -> ofStatement(blob, envelope, key, artifact);
        };
    write(arguments, world, bundle.toBytes());
    return ExitCode.DONE;
  }

  private static void requireOneSignature(Arguments arguments) throws Failure {
    var count =
        Stream.of(BUNDLE, SIGNATURE, ATTESTATION)
            .filter(flag -> arguments.find(flag).isPresent())
            .count();
    if (count != 1) {
      throw new Failure(
          "expected one of --bundle, --signature and --attestation, got "
              + (count == 0 ? "none" : "several"));
    }
  }

  /// What there is to be put into a bundle.
  private sealed interface Given {
    record OfFile(BlobSignature signature) implements Given {}

    record OfStatement(Envelope envelope) implements Given {}

    default BlobSignature signature() {
      return switch (this) {
        case OfFile(var signature) -> signature;
        case OfStatement(var envelope) -> new BlobSignature.Bare(envelope.signatures().getFirst());
      };
    }
  }

  private static Given given(Arguments arguments, World world, RegistryAccess access)
      throws Failure, FormatException, IOException {
    var alone = arguments.find(SIGNATURE);
    if (alone.isPresent()) {
      var bare = new BareValue(world, access, SIGNATURE);
      return new Given.OfFile(
          new BlobSignature.Bare(bare.read(alone.get(), Images.deadline(arguments))));
    }
    var attestation = arguments.find(ATTESTATION);
    if (attestation.isPresent()) {
      return attestation(world, attestation.get());
    }
    var name = arguments.require(BUNDLE);
    if (!(BundleFile.read(world, name).signature() instanceof BlobSignature.Old old)) {
      throw new Failure(
              "expected cosign's old bundle in --bundle, got a sigstore bundle: "
                  + OneLine.of(name))
          .withHint("bring it to version 0.3 with: countersign bundle upgrade");
    }
    return ofOld(old);
  }

  private static Given attestation(World world, String name) throws Failure, IOException {
    var content = SmallFile.read(world, name, MOST_BYTES);
    try {
      return new Given.OfStatement(Envelope.parse(content));
    } catch (FormatException e) {
      throw new Failure("cannot use the attestation " + OneLine.of(name) + ": " + e.problem());
    }
  }

  /// What an old bundle calls its signature may be an envelope.
  private static Given ofOld(BlobSignature.Old old) {
    try {
      return new Given.OfStatement(Envelope.parse(old.signature()));
    } catch (FormatException e) {
      return new Given.OfFile(old);
    }
  }

  private static Bundle ofFile(Blob blob, BlobSignature signature, Authority.Key authority)
      throws Failure, FormatException {
    return switch (BlobVerifier.verify(blob, signature, authority, Instant.now())) {
      case BlobResult.Rejected rejected ->
          throw new Failure(
              "cannot make a bundle that verifies: " + VerifyBlob.describe(rejected.reason()));
      case BlobResult.Verified verified ->
          withLog(
              BlobSigner.bundle(blob, bytes(signature), authority.key(), verified.scheme()),
              signature);
    };
  }

  private static Bytes bytes(BlobSignature signature) {
    return switch (signature) {
      case BlobSignature.Bare(var bytes) -> bytes;
      case BlobSignature.Old old -> old.signature();
      case BlobSignature.Bundled bundled -> throw new IllegalArgumentException("a bundle");
    };
  }

  /// The entry of a log is taken along, or the command fails: none is dropped silently.
  private static Bundle withLog(Bundle bundle, BlobSignature signature) throws FormatException {
    if (!(signature instanceof BlobSignature.Old old) || old.logEntry().isEmpty()) {
      return bundle;
    }
    return new Bundle(
        bundle.version(),
        bundle.material(),
        List.of(LogEntry.parse(old.logEntry().get())),
        bundle.timestamps(),
        bundle.content());
  }

  private static Bundle ofStatement(Blob blob, Envelope envelope, PublicKey key, String artifact)
      throws Failure, FormatException {
    var opened = envelope.openWith(key);
    if (opened.isEmpty()) {
      throw new Failure("expected a statement signed by the key, got one by another");
    }
    var sha256 = blob.hash(HashAlgorithm.SHA256).orElseThrow();
    if (!isAbout(opened.get().claim(), sha256)) {
      throw new Failure(
          "expected a statement about " + OneLine.of(artifact) + ", got one about other files");
    }
    return Bundle.of(key.hint(), new Bundle.Content.Enveloped(envelope));
  }

  private static boolean isAbout(Statement statement, Bytes sha256) {
    var hex = HexFormat.of().formatHex(sha256.toArray());
    return statement.images().stream().anyMatch(digest -> digest.hex().equals(hex));
  }

  static void write(Arguments arguments, World world, Bytes bundle)
      throws Failure, FormatException, IOException {
    var out = arguments.find(OUT);
    if (out.isEmpty()) {
      world.stdout().println(bundle.toUtf8());
      return;
    }
    var files = new OutputFiles(world);
    files.add("bundle", out.get(), bundle);
    files.write();
  }
}
