package dev.countersign.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonValue;
import dev.countersign.key.SoftwareKey;
import dev.countersign.oci.Digest;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Envelope;
import dev.countersign.signature.Signature;
import dev.countersign.verify.Authority;
import dev.countersign.verify.Claims;
import dev.countersign.verify.VerificationResult;
import dev.countersign.verify.Verifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Bundles that cosign 3 made, changed by chance, and what we, sigstore's verifier for Node and
/// cosign say of them.
@Timeout(value = 1, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BundleDifferentialTest {
  private static final int ROUNDS = Integer.getInteger("countersign.differential.rounds", 1);
  private static final String TYPE = "https://cosign.sigstore.dev/attestation/v1";
  private static final String OTHER_TYPE = "https://spdx.dev/Document";

  @TempDir static Path folder;
  private static Desk desk;
  private static SoftwareKey key;
  private static Authority authority;
  private static Digest file;

  /// By the good key about the file, by it about another, of another type, and by another key.
  private static final List<Bytes> SIGNED = new ArrayList<>();

  private record Mutant(String origin, Bytes text) {
    String reproduction() {
      return origin + "\n" + Base64Text.encode(text);
    }
  }

  @BeforeAll
  static void sign() throws Exception {
    Tool.COSIGN3.require();
    desk = Desk.at(folder);
    desk.makeKeys(Tool.COSIGN3, "good");
    desk.makeKeys(Tool.COSIGN3, "other");
    key = Keys.open(desk, "good");
    authority = new Authority.Key("good", key.publicKey());
    Files.writeString(folder.resolve("file"), "what was built\n");
    Files.writeString(folder.resolve("another"), "something else\n");
    Files.writeString(folder.resolve("predicate"), "{\"by\":\"<me>\",\"n\":1}");
    file = Digest.of(Bytes.copyOf(Files.readAllBytes(folder.resolve("file"))));
    SIGNED.add(attested("good", TYPE, "file"));
    SIGNED.add(attested("good", TYPE, "another"));
    SIGNED.add(attested("good", OTHER_TYPE, "file"));
    SIGNED.add(attested("other", TYPE, "file"));
  }

  private static Bytes attested(String by, String type, String what) throws IOException {
    desk.run(
            Tool.COSIGN3,
            "attest-blob",
            "--key=" + by + ".key",
            "--use-signing-config=false",
            "--tlog-upload=false",
            "--predicate=predicate",
            "--type=" + type,
            "--bundle=signed.json",
            what)
        .succeeded();
    return Bytes.copyOf(Files.readAllBytes(folder.resolve("signed.json")));
  }

  @Test
  void agreesWithSigstoreJsWhetherTheKeyVouchesForAnEnvelope() throws Exception {
    var mutants = new ArrayList<Mutant>();
    for (int i = 0; i < 4_000 * ROUNDS; i++) {
      mutants.add(changedBundle(i));
    }
    var comparison = new Comparison("sigstore-js");
    var accusers = new ArrayList<Mutant>();
    try (var js = SigstoreJs.start(folder)) {
      var texts = mutants.stream().map(Mutant::text).toList();
      var theirs = js.judge(key.publicKey().toPem(), texts);
      for (int i = 0; i < mutants.size(); i++) {
        var mutant = mutants.get(i);
        comparison.add(mutant.reproduction(), vouches(mutant.text()), theirs.get(i));
        if (!theirs.get(i).accepted() && verify(mutant.text()).accepted()) {
          accusers.add(mutant);
        }
      }
    }
    var lonely =
        accusers.stream().filter(mutant -> !cosign(mutant).accepted()).map(Mutant::reproduction);
    assertEquals(List.of(), lonely.toList(), "accepted, and by neither sigstore-js nor cosign");
    comparison.report(key.publicKey());
  }

  @Test
  void agreesWithCosignAboutBundles() throws Exception {
    var mutants = new ArrayList<Mutant>();
    for (int i = 0; i < 120 * ROUNDS; i++) {
      mutants.add(changedBundle(i));
      mutants.add(changedStatement(i));
    }
    var verdicts = mutants.parallelStream().map(BundleDifferentialTest::cosign).toList();
    var comparison = new Comparison("cosign");
    var accusers = new ArrayList<Mutant>();
    for (int i = 0; i < mutants.size(); i++) {
      var mutant = mutants.get(i);
      var ours = verify(mutant.text());
      comparison.add(mutant.reproduction(), ours, verdicts.get(i));
      if (ours.accepted() && !verdicts.get(i).accepted()) {
        accusers.add(mutant);
      }
    }
    try (var js = SigstoreJs.start(folder)) {
      var texts = accusers.stream().map(Mutant::text).toList();
      var theirs = js.judge(key.publicKey().toPem(), texts);
      var lonely = new ArrayList<String>();
      for (int i = 0; i < accusers.size(); i++) {
        if (!theirs.get(i).accepted()) {
          lonely.add(accusers.get(i).reproduction());
        }
      }
      assertEquals(List.of(), lonely, "accepted, and by neither cosign nor sigstore-js");
    }
    comparison.report(key.publicKey());
  }

  private static Mutant changedBundle(int seed) throws FormatException {
    var changed = new Mutation(new Random(seed)).of(SIGNED.getFirst(), SIGNED);
    return new Mutant("bundle " + seed + ": " + changed.change(), changed.text());
  }

  /// A changed statement, signed again by the good key.
  private static Mutant changedStatement(int seed) throws FormatException {
    var statements = new ArrayList<Bytes>();
    for (var bundle : SIGNED) {
      var payload = JsonValue.parseObject(bundle).getObject("dsseEnvelope").getString("payload");
      statements.add(Base64Text.decode(payload));
    }
    var changed = new Mutation(new Random(seed)).of(statements.getFirst(), statements);
    return new Mutant(
        "statement " + seed + ": " + changed.change(), Keys.bundle(key, changed.text()));
  }

  /// Ours: is this a bundle, and did the key sign what it encloses?
  private static Verdict vouches(Bytes text) {
    try {
      return switch (Bundle.parse(text)) {
        case Bundle(
                var version,
                Bundle.Material.KeyHint hint,
                var entries,
                var timestamps,
                Bundle.Content.Enveloped(var envelope)) ->
            vouches(envelope);
        case Bundle other -> new Verdict(false, "expected an envelope by a key");
      };
    } catch (FormatException e) {
      return new Verdict(false, e.problem());
    }
  }

  private static Verdict vouches(Envelope envelope) {
    var signed = key.publicKey().verify(envelope.signedBytes(), envelope.signatures().getFirst());
    return new Verdict(signed.isPresent(), signed.isPresent() ? "" : "wrong key");
  }

  /// Ours: is this an attestation of the wanted type about the file?
  private static Verdict verify(Bytes text) {
    Bundle bundle;
    try {
      bundle = Bundle.parse(text);
    } catch (FormatException e) {
      return new Verdict(false, e.problem());
    }
    var result =
        Verifier.verify(
            file,
            new Signature.Bundled(bundle),
            authority,
            new Claims.Attestation(TYPE),
            Instant.now());
    return switch (result) {
      case VerificationResult.Verified verified -> new Verdict(true, "");
      case VerificationResult.Rejected rejected -> new Verdict(false, rejected.reason().text());
    };
  }

  private static Verdict cosign(Mutant mutant) {
    try {
      var bundle = Files.createTempFile(folder, "mutant", ".json");
      Files.write(bundle, mutant.text().toArray());
      return Verdict.of(
          desk.run(
              Tool.COSIGN3,
              "verify-blob-attestation",
              "--key=good.pub",
              "--insecure-ignore-tlog",
              "--type=" + TYPE,
              "--bundle=" + bundle,
              "file"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
