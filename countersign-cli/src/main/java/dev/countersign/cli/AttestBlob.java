package dev.countersign.cli;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.oci.Digest;
import dev.countersign.sign.Signer;
import dev.countersign.signature.BlobSignature;
import dev.countersign.signature.Statement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/// Attests something of a file with a key, and writes the attestation to files.
final class AttestBlob implements Command {
  private static final Flag HASH =
      Flag.text("hash", "SHA-256 of the file in hex; the operand is then only its name");
  private static final Flag BUNDLE = Flag.text("bundle", "file to write the attestation to");
  private static final Flag NEW_BUNDLE_FORMAT =
      Flag.on("new-bundle-format", "write a sigstore bundle; false is the form of cosign 2");
  private static final Flag OUTPUT_SIGNATURE =
      Flag.text("output-signature", "in the form of cosign 2, file to write the envelope to");
  private static final Flag OUTPUT_ATTESTATION =
      Flag.text("output-attestation", "file to write the statement to");

  @Override
  public Usage usage() {
    return new Usage(
        "attest-blob",
        "Attests something of a file. With --key nothing is sent anywhere.",
        "FILE",
        0,
        1,
        SignFlags.withForBlobAttestations(
            Stream.concat(
                    AttestationSource.FLAGS.stream(),
                    Stream.of(
                        Sign.KEY,
                        HASH,
                        BUNDLE,
                        NEW_BUNDLE_FORMAT,
                        OUTPUT_SIGNATURE,
                        OUTPUT_ATTESTATION))
                .toList()),
        """
        countersign attest-blob --key cosign.key --type slsaprovenance1 \\
          --predicate provenance.json --bundle app.intoto.json app.tar.gz
        """);
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, FormatException, IOException {
    requireSomewhereToGo(arguments);
    requireOneUseOfStdin(arguments);
    var source = AttestationSource.read(arguments, world);
    var statement = statement(arguments, source, world);
    var access = new RegistryAccess(arguments, world);
    var files = new OutputFiles(world);
    try (var party = SigningParty.read(arguments, world, access, Images.deadline(arguments))) {
      if (arguments.isOn(NEW_BUNDLE_FORMAT)) {
        var signed = party.sign(key -> new Signer(key, Map.of()).bundle(statement));
        files.add("bundle", arguments.require(BUNDLE), signed.bundle().toBytes());
      } else {
        addOldForm(arguments, new Signer(party.loneKey(), Map.of()), statement, files, world);
      }
    }
    var output = arguments.find(OUTPUT_ATTESTATION);
    if (output.isPresent()) {
      files.add("attestation", output.get(), statement);
    }
    files.write();
    return ExitCode.DONE;
  }

  private static void requireSomewhereToGo(Arguments arguments) throws Failure {
    if (arguments.isOn(NEW_BUNDLE_FORMAT) && arguments.find(BUNDLE).isEmpty()) {
      throw new Failure("expected --bundle, got none")
          .withHint("--new-bundle-format=false prints the envelope to standard output");
    }
    if (arguments.isOn(NEW_BUNDLE_FORMAT) && arguments.find(OUTPUT_SIGNATURE).isPresent()) {
      throw new Failure("expected --output-signature with --new-bundle-format=false, got a bundle");
    }
  }

  private static void requireOneUseOfStdin(Arguments arguments) throws Failure {
    var uses =
        Stream.of(
                arguments.text(AttestationSource.PREDICATE),
                arguments.text(AttestationSource.STATEMENT),
                arguments.operands().isEmpty() || arguments.find(HASH).isPresent()
                    ? ""
                    : arguments.operands().getFirst())
            .filter("-"::equals)
            .count();
    if (uses > 1) {
      throw new Failure("expected one use of standard input (-), got " + uses);
    }
  }

  private static Bytes statement(Arguments arguments, AttestationSource source, World world)
      throws Failure, FormatException, IOException {
    if (!arguments.operands().isEmpty()) {
      var name = arguments.operands().getFirst();
      var digest = digest(arguments, name, world);
      return source.statement(Statement.Subject.of(baseName(name, world), digest), digest);
    }
    return switch (source) {
      case AttestationSource.WholeStatement whole -> whole.text();
      case AttestationSource.Predicate predicate ->
          throw new Failure("expected the file that the predicate is about, got none");
    };
  }

  private static Digest digest(Arguments arguments, String name, World world)
      throws Failure, IOException {
    var hash = arguments.find(HASH);
    if (hash.isPresent()) {
      return BlobDigest.parse(HASH, hash.get());
    }
    world.stderr().println("Using payload from: " + OneLine.of(name));
    return BlobSource.of(world, name).sha256();
  }

  private static String baseName(String name, World world) throws Failure {
    Path base = world.file(name).getFileName();
    return name.equals("-") || base == null ? "-" : base.toString();
  }

  private static void addOldForm(
      Arguments arguments, Signer signer, Bytes statement, OutputFiles files, World world)
      throws Failure, FormatException, IOException {
    var envelope = signer.envelope(statement).toBytes();
    var bundle = arguments.find(BUNDLE);
    if (bundle.isPresent()) {
      var old = BlobSignature.Old.of(envelope, signer.publicKey());
      files.add("bundle", bundle.get(), old.toBytes());
    }
    var output = arguments.find(OUTPUT_SIGNATURE);
    if (output.isPresent()) {
      files.add("signature", output.get(), envelope);
    } else {
      world.stdout().println(envelope.toUtf8());
    }
  }
}
