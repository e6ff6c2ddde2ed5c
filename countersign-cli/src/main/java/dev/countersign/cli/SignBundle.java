package dev.countersign.cli;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.sign.BlobSigner;
import dev.countersign.sign.Signer;
import dev.countersign.signature.Statement;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;

/// Signs a file or an in-toto statement as an identity, as the sigstore-conformance suite calls it
/// ([protocol](https://github.com/sigstore/sigstore-conformance/blob/main/docs/cli_protocol.md)).
final class SignBundle implements Command {
  private static final Flag BUNDLE =
      Flag.text("bundle", "file to write the sigstore bundle to").ours();
  private static final Flag STAGING =
      Flag.off("staging", "ask sigstore's staging instance; use --signing-config").ours();
  private static final Flag IN_TOTO =
      Flag.off("in-toto", "the file is an in-toto statement, signed as it is").ours();

  private static final int MAX_STATEMENT_BYTES = 16 << 20;

  @Override
  public Usage usage() {
    return new Usage(
        "sign-bundle",
        "Signs a file or an in-toto statement as an identity.",
        "FILE",
        1,
        1,
        Stream.concat(
                Stream.of(STAGING, IN_TOTO, BUNDLE), SigningParty.FLAGS.stream().map(Flag::ours))
            .toList(),
        """
        countersign sign-bundle --identity-token "$TOKEN" --bundle app.sigstore.json \\
          --trusted-root trusted_root.json --signing-config signing_config.json app.tar.gz
        """);
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, FormatException, IOException {
    if (arguments.isOn(STAGING)) {
      throw new Failure(
          "--staging is not supported; name its services with --signing-config and its root with"
              + " --trusted-root");
    }
    var name = arguments.operands().getFirst();
    var target = arguments.require(BUNDLE);
    var access = new RegistryAccess(arguments, world);
    var files = new OutputFiles(world);
    try (var party = SigningParty.read(arguments, world, access, Images.deadline(arguments))) {
      files.add("bundle", target, sign(arguments, world, party, name));
    }
    files.write();
    return ExitCode.DONE;
  }

  private static Bytes sign(Arguments arguments, World world, SigningParty party, String name)
      throws Failure, FormatException, IOException {
    if (!arguments.isOn(IN_TOTO)) {
      var blob = party.read(BlobSource.find(world, name));
      return party.sign(key -> new BlobSigner(key).bundle(blob)).bundle().toBytes();
    }
    var statement = SmallFile.read(world, name, MAX_STATEMENT_BYTES);
    Statement.parse(statement);
    return party.sign(key -> new Signer(key, Map.of()).bundle(statement)).bundle().toBytes();
  }
}
