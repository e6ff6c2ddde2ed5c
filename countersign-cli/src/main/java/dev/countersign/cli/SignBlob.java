package dev.countersign.cli;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.sign.BlobSigner;
import dev.countersign.signature.BlobSignature;
import dev.countersign.signature.Bundle;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Signs files with a key or as an identity.
final class SignBlob implements Command {
  private static final Flag BUNDLE = Flag.text("bundle", "file to write the signature to");
  private static final Flag NEW_BUNDLE_FORMAT =
      Flag.on("new-bundle-format", "sign in bundle form; false is the old form");
  private static final Flag OUTPUT_SIGNATURE =
      Flag.text("output-signature", "file to write the signature alone to");
  private static final Flag OUTPUT = Flag.text("output", "the same as --output-signature");
  private static final Flag BASE64 = Flag.on("b64", "write the signature alone in base64");

  @Override
  public Usage usage() {
    return new Usage(
        "sign-blob",
        "Signs files. With --key nothing is sent anywhere, unless a service is named.",
        "FILE|-...",
        1,
        Integer.MAX_VALUE,
        SignFlags.withForBlobs(
            List.of(Sign.KEY, BUNDLE, NEW_BUNDLE_FORMAT, OUTPUT_SIGNATURE, OUTPUT, BASE64)),
        """
        countersign sign-blob --key cosign.key --bundle app.sigstore.json app.tar.gz
        countersign sign-blob --key cosign.key --new-bundle-format=false app.tar.gz > app.sig
        countersign sign-blob --signing-config signing_config.json --identity-token token.txt \\
          --bundle app.sigstore.json app.tar.gz
        """);
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, FormatException, IOException {
    var names = arguments.operands();
    requirePlaces(arguments, names);
    var sources = new ArrayList<BlobSource>();
    for (var name : names) {
      sources.add(BlobSource.find(world, name));
    }
    requireStandardInput(arguments, world);
    var access = new RegistryAccess(arguments, world);
    try (var party = SigningParty.read(arguments, world, access, Images.deadline(arguments))) {
      for (int i = 0; i < names.size(); i++) {
        sign(new Work(arguments, world, party), names.get(i), sources.get(i));
      }
    }
    return ExitCode.DONE;
  }

  /// @throws Failure if a signature would have no place, or several the same
  private static void requirePlaces(Arguments arguments, List<String> names) throws Failure {
    if (arguments.isOn(NEW_BUNDLE_FORMAT) && arguments.find(BUNDLE).isEmpty()) {
      throw new Failure("must specify --bundle with --new-bundle-format")
          .withHint("--new-bundle-format=false prints the signature alone");
    }
    if (arguments.find(OUTPUT).isPresent() && arguments.find(OUTPUT_SIGNATURE).isPresent()) {
      throw new Failure("expected --output-signature or --output, got both");
    }
    var isWritten = arguments.find(BUNDLE).or(() -> outputSignature(arguments)).isPresent();
    if (isWritten && names.size() > 1) {
      throw new Failure(
              "expected one file to sign, got "
                  + names.size()
                  + ": their signatures have one place")
          .withHint("call it once for each file");
    }
  }

  private static Optional<String> outputSignature(Arguments arguments) {
    return arguments.find(OUTPUT_SIGNATURE).or(() -> arguments.find(OUTPUT));
  }

  /// Standard input is read once, as a file or as the key's password.
  private static void requireStandardInput(Arguments arguments, World world) throws Failure {
    var count = arguments.operands().stream().filter("-"::equals).count();
    if (count > 1) {
      throw new Failure("expected - once, got it " + count + " times");
    }
    if (count == 1
        && arguments.find(Sign.KEY).isPresent()
        && world.variable("COSIGN_PASSWORD").isEmpty()
        && world.keyboard().source() == Keyboard.Source.STREAM) {
      throw new Failure(
          "expected the key's password in COSIGN_PASSWORD, since standard input is the file");
    }
  }

  /// One call's arguments and signer.
  private record Work(Arguments arguments, World world, SigningParty party) {}

  private static void sign(Work work, String name, BlobSource source)
      throws Failure, FormatException, IOException {
    var arguments = work.arguments();
    var blob = work.party().read(source);
    work.party().requireEnough(blob, name);
    if (!name.equals("-")) {
      work.world().stderr().println("Using payload from: " + OneLine.of(name));
    }
    var signed =
        arguments.isOn(NEW_BUNDLE_FORMAT)
            ? Signed.of(work.party().sign(key -> new BlobSigner(key).bundle(blob)).bundle())
            : Signed.of(new BlobSigner(work.party().loneKey()).old(blob));
    var alone =
        arguments.isOn(BASE64)
            ? Bytes.utf8(Base64Text.encode(signed.signature()))
            : signed.signature();
    var files = new OutputFiles(work.world());
    var bundle = arguments.find(BUNDLE);
    if (bundle.isPresent()) {
      files.add("bundle", bundle.get(), signed.bundle());
    }
    var file = outputSignature(arguments);
    if (file.isPresent()) {
      files.add("signature", file.get(), alone);
    }
    files.write();
    if (file.isEmpty() && !arguments.isOn(NEW_BUNDLE_FORMAT)) {
      print(work, alone);
    }
  }

  /// A signature, and all that its form writes.
  private record Signed(Bytes signature, Bytes bundle) {
    static Signed of(Bundle bundle) throws FormatException {
      return switch (bundle.content()) {
        case Bundle.Content.Message message -> new Signed(message.signature(), bundle.toBytes());
        case Bundle.Content.Enveloped(var envelope) ->
            new Signed(envelope.signatures().getFirst(), bundle.toBytes());
      };
    }

    static Signed of(BlobSignature.Old old) throws FormatException {
      return new Signed(old.signature(), old.toBytes());
    }
  }

  /// In base64 a line, else the bytes alone.
  private static void print(Work work, Bytes signature) {
    var stdout = work.world().stdout();
    stdout.writeBytes(signature.toArray());
    if (work.arguments().isOn(BASE64)) {
      stdout.println();
    }
  }
}
