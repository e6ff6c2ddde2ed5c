package dev.countersign.cli.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.testkit.FakeSigstore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// `trusted-root create` and `signing-config create` write the bytes that the real cosign 3 writes.
class TrustFilesInteropTest {
  private static final String TIME = "start-time=2026-01-02T03:04:05Z";

  @TempDir Path folder;
  private Desk desk;

  @BeforeEach
  void write() throws IOException {
    desk = Desk.at(folder);
    try (var sigstore = FakeSigstore.start()) {
      Files.writeString(folder.resolve("ca.pem"), sigstore.fulcio().chainPem());
      Files.writeString(folder.resolve("ct.pub"), sigstore.fulcio().logKeyPem());
      Files.writeString(folder.resolve("rekor.pub"), sigstore.rekor().keyPem());
      Files.writeString(folder.resolve("tsa.pem"), sigstore.timestamps().chainPem());
    }
  }

  static Stream<List<String>> calls() {
    return Stream.of(
        List.of("trusted-root", "create"),
        List.of(
            "trusted-root",
            "create",
            "--fulcio",
            "url=https://f.example,certificate-chain=ca.pem",
            "--ctfe",
            "url=https://c.example,public-key=ct.pub,start-time=2026-01-02T03:04:05.5+01:00",
            "--rekor",
            "url=https://r.example,public-key=rekor.pub,end-time=2027-01-02T03:04:05Z," + TIME,
            "--tsa",
            "url=https://t.example/api,certificate-chain=tsa.pem," + TIME),
        List.of("trusted-root", "create", "--tsa", "url=https://t,certificate-chain=tsa.pem"),
        List.of("signing-config", "create"),
        List.of(
            "signing-config",
            "create",
            "--fulcio",
            "url=https://f.example,api-version=1,operator=acme," + TIME,
            "--oidc-provider",
            "url=https://o.example,api-version=1,operator=acme," + TIME,
            "--rekor",
            "url=https://r.example,api-version=2,operator=acme," + TIME,
            "--rekor",
            "url=https://q.example,api-version=1,operator=b,end-time=2027-01-02T03:04:05Z," + TIME,
            "--rekor-config",
            "EXACT:2",
            "--tsa",
            "url=https://t.example,api-version=1,operator=acme," + TIME,
            "--tsa-config",
            "any"));
  }

  @ParameterizedTest
  @MethodSource("calls")
  void writesWhatCosignWrites(List<String> words) {
    Tool.COSIGN3.require();
    var call = words.toArray(String[]::new);
    assertEquals(
        desk.run(Tool.COSIGN3, call).succeeded().stdout(),
        desk.run(Tool.OURS, call).succeeded().stdout());
  }

  static Stream<List<String>> wrongCalls() {
    return Stream.of(
        List.of("trusted-root", "create", "--fulcio", "url=https://f"),
        List.of("trusted-root", "create", "--rekor", "url=https://r,public-key=rekor.pub"),
        List.of("trusted-root", "create", "--tsa", "url=https://t,certificate-chain=ca.pem"),
        List.of("trusted-root", "create", "--rekor", "rekor"),
        List.of(
            "signing-config",
            "create",
            "--rekor",
            "url=https://r,api-version=1,operator=a," + TIME),
        List.of("signing-config", "create", "--rekor-config", "SOME"),
        List.of(
            "signing-config",
            "create",
            "--fulcio",
            "url=https://f,api-version=x,operator=a," + TIME));
  }

  @ParameterizedTest
  @MethodSource("wrongCalls")
  void refusesWhatCosignRefuses(List<String> words) {
    Tool.COSIGN3.require();
    var call = words.toArray(String[]::new);
    assertEquals(1, desk.run(Tool.COSIGN3, call).exit());
    assertEquals(1, desk.run(Tool.OURS, call).exit());
  }

  @Test
  void writesAFile() throws IOException {
    desk.run(Tool.OURS, "trusted-root", "create", "--out", "root.json").succeeded();
    assertTrue(Files.readString(folder.resolve("root.json")).startsWith("{\"mediaType\""));
  }
}
