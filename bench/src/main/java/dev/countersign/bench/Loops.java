package dev.countersign.bench;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.key.PublicKey;
import dev.countersign.key.SignatureScheme;
import dev.countersign.key.SoftwareKey;
import dev.countersign.oci.Digest;
import dev.countersign.oci.ImageReference;
import dev.countersign.sign.Signer;
import dev.countersign.signature.Bundle;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/// The inner loops of a verification: one signature, one bundle, one reference.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class Loops {
  private static final String IMAGE = "ghcr.io/acme/app@sha256:" + "0123456789abcdef".repeat(4);

  private final SoftwareKey key = SoftwareKey.generate(new SecureRandom());
  private final Bytes message = Bytes.utf8("a payload of the usual length ".repeat(8));
  private final Bytes signature = key.sign(message);
  private final PublicKey publicKey = key.publicKey();
  private final Bytes bundle;

  /// A state whose material is made anew.
  public Loops() {
    try {
      var image = (ImageReference.Digested) ImageReference.parse(IMAGE);
      bundle = new Signer(key, Map.of()).bundle(image).toBytes();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static void run() throws RunnerException {
    var _ = new Runner(new OptionsBuilder().include(Loops.class.getName()).build()).run();
  }

  /// ECDSA on P-256 with SHA-256.
  @Benchmark
  public Optional<SignatureScheme> verifiesSignature() {
    return publicKey.verify(message, signature);
  }

  /// From bytes to a shut envelope.
  @Benchmark
  public Bundle parsesBundle() throws FormatException {
    return Bundle.parse(bundle);
  }

  /// From text to a reference.
  @Benchmark
  public ImageReference parsesReference() throws FormatException {
    return ImageReference.parse(IMAGE);
  }

  /// SHA-256 of a bundle.
  @Benchmark
  public Digest digestsBundle() {
    return Digest.of(bundle);
  }
}
