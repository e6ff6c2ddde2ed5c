package dev.countersign.cli.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.cli.OurCommand;
import dev.countersign.format.Base64Text;
import dev.countersign.format.Blob;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.oci.Digest;
import dev.countersign.signature.BlobSignature;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Signature;
import dev.countersign.testkit.FakeSigstore;
import dev.countersign.trust.TrustedRoot;
import dev.countersign.verify.Authority;
import dev.countersign.verify.BlobResult;
import dev.countersign.verify.BlobVerifier;
import dev.countersign.verify.Claims;
import dev.countersign.verify.IdentityMatch;
import dev.countersign.verify.TextMatch;
import dev.countersign.verify.VerificationResult;
import dev.countersign.verify.Verifier;
import dev.countersign.verify.Witnessing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Bundles of identities, with certificates, log entries of both versions and timestamps, changed
/// by chance and mixed with each other's parts, and what we and sigstore's verifier for Node say of
/// them: does anybody who is trusted vouch for this, whoever signed and whatever was stated?
@Timeout(value = 1, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KeylessDifferentialTest {
  private static final int ROUNDS = Integer.getInteger("countersign.differential.rounds", 1);
  private static final TextMatch ANYBODY = text -> true;
  private static final Bytes FILE = Bytes.utf8("content\n");

  @TempDir static Path folder;
  private static FakeSigstore sigstore;
  private static FakeSigstore stranger;
  private static Authority anybody;

  @BeforeAll
  static void start() throws Exception {
    sigstore = FakeSigstore.start();
    stranger = FakeSigstore.start();
    anybody =
        new Authority.Keyless(
            "anybody",
            new IdentityMatch(ANYBODY, ANYBODY, Map.of()),
            Witnessing.byLogs(TrustedRoot.parse(Bytes.utf8(sigstore.trustedRoot()))));
    Files.write(folder.resolve("file"), FILE.toArray());
    Files.writeString(folder.resolve("another"), "something else\n");
    Files.writeString(folder.resolve("predicate"), "{}");
  }

  @AfterAll
  static void stop() {
    sigstore.close();
    stranger.close();
  }

  private record Mutant(String origin, Bytes text) {
    String reproduction() {
      return origin + "\n" + Base64Text.encode(text);
    }
  }

  @ParameterizedTest
  @CsvSource({"sign-blob, 1", "sign-blob, 2", "attest-blob, 1", "attest-blob, 2"})
  void agreesWithSigstoreJs(String command, int version) throws Exception {
    var signed = signed(command, version);
    var mutants = new ArrayList<Mutant>();
    mutants.add(new Mutant("unchanged", signed.getFirst()));
    for (int i = 0; i < 500 * ROUNDS; i++) {
      var changed = new Mutation(new Random(i)).of(signed.getFirst(), signed);
      mutants.add(
          new Mutant(command + " " + version + ", " + i + ": " + changed.change(), changed.text()));
    }
    var artifact = command.equals("sign-blob") ? Optional.of(FILE) : Optional.<Bytes>empty();
    var comparison = new Comparison("sigstore-js, " + command + " in a log of " + version);
    try (var js = SigstoreJs.start(folder)) {
      var texts = mutants.stream().map(Mutant::text).toList();
      var theirs = js.judge(sigstore.trustedRoot(), texts, artifact, 1);
      assertTrue(theirs.getFirst().accepted(), theirs.getFirst()::toString);
      assertTrue(ours(texts.getFirst()).accepted(), () -> ours(texts.getFirst()).why());
      for (int i = 0; i < mutants.size(); i++) {
        comparison.add(mutants.get(i).reproduction(), ours(texts.get(i)), theirs.get(i));
      }
    }
    comparison.report(sigstore.trustedRoot());
  }

  /// By alice of the file; by bob of it; of another file; and by an instance that nobody trusts.
  private static List<Bytes> signed(String command, int version) throws Exception {
    return List.of(
        sign(sigstore, command, version, "alice@example.com", "file"),
        sign(sigstore, command, version, "bob@example.com", "file"),
        sign(sigstore, command, version, "alice@example.com", "another"),
        sign(sigstore, command, 3 - version, "alice@example.com", "file"),
        sign(stranger, command, version, "alice@example.com", "file"));
  }

  private static Bytes sign(FakeSigstore by, String command, int version, String who, String what)
      throws Exception {
    Files.writeString(
        folder.resolve("config.json"), by.signingConfig(version == 1 ? by.rekor() : by.tiledLog()));
    var words =
        new ArrayList<>(
            List.of(
                command,
                "--identity-token",
                by.issuer().token(who),
                "--signing-config=config.json",
                "--bundle=signed.json",
                what));
    if (command.equals("attest-blob")) {
      words.addAll(List.of("--predicate", "predicate"));
    }
    OurCommand.runIn(folder, Map.of(), words.toArray(String[]::new)).succeeded();
    return Bytes.copyOf(Files.readAllBytes(folder.resolve("signed.json")));
  }

  private static Verdict ours(Bytes text) {
    try {
      var bundle = Bundle.parse(text);
      return switch (bundle.content()) {
        case Bundle.Content.Message _ -> ofFile(bundle);
        case Bundle.Content.Enveloped(var envelope) ->
            ofStatement(bundle, envelope.unverifiedPredicateType().orElse(""));
      };
    } catch (FormatException e) {
      return new Verdict(false, e.problem());
    }
  }

  private static Verdict ofFile(Bundle bundle) {
    var signature = new BlobSignature.Bundled(bundle);
    return switch (BlobVerifier.verify(Blob.of(FILE), signature, anybody, Instant.now())) {
      case BlobResult.Verified _ -> new Verdict(true, "");
      case BlobResult.Rejected(_, var reason) ->
          new Verdict(false, "[" + reason.code() + "] " + reason.text());
    };
  }

  private static Verdict ofStatement(Bundle bundle, String type) {
    var signature = new Signature.Bundled(bundle);
    var claims = new Claims.InsecureAttestation(type);
    return switch (Verifier.verify(Digest.of(FILE), signature, anybody, claims, Instant.now())) {
      case VerificationResult.Verified _ -> new Verdict(true, "");
      case VerificationResult.Rejected(_, var reason) ->
          new Verdict(false, "[" + reason.code() + "] " + reason.text());
    };
  }
}
