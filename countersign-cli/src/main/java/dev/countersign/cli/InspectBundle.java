package dev.countersign.cli;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.signature.BlobSignature;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Envelope;
import dev.countersign.signature.Statement;
import dev.countersign.transparency.LogEntry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/// Shows what stands in a bundle.
final class InspectBundle implements Command {
  private static final int MOST_SUBJECTS = 20;

  /// The end of the year 9999, in seconds since 1970.
  private static final long LAST_SECOND = 253_402_300_799L;

  @Override
  public Usage usage() {
    return new Usage(
        "bundle inspect",
        "Shows what stands in a bundle, a sigstore one or cosign's old one; verifies nothing.",
        "FILE|-",
        1,
        1,
        List.of(),
        "countersign bundle inspect app.sigstore.json");
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, FormatException, IOException {
    var signature = BundleFile.read(world, arguments.operands().getFirst()).signature();
    world.warn("Nothing was verified: anybody can write what stands in a bundle.");
    var summary = new Summary(world.stdout());
    switch (signature) {
      case BlobSignature.Bundled(Bundle bundle) -> summary.print(bundle);
      case BlobSignature.Old old -> summary.print(old);
      case BlobSignature.Bare(Bytes bytes) -> summary.line("signature", bytes);
    }
    return ExitCode.DONE;
  }

  /// Lines of `name: value`.
  private record Summary(PrintStream out) {
    void line(String name, Object value) {
      out.println(name + ": " + OneLine.of(value.toString()));
    }

    void print(Bundle bundle) {
      line("bundle", "sigstore, version " + version(bundle.version()));
      switch (bundle.material()) {
        case Bundle.Material.KeyHint(String hint) ->
            line("signer", hint.isEmpty() ? "a key without hint" : "a key, hint SHA256:" + hint);
        case Bundle.Material.Certificates(var chain) ->
            chain.forEach(der -> line("certificate", certificate(der)));
      }
      switch (bundle.content()) {
        case Bundle.Content.Message message -> {
          line(
              "signs",
              "a file, " + message.digest().map(Object::toString).orElse("without a digest"));
          line("signature", message.signature());
        }
        case Bundle.Content.Enveloped(var envelope) -> print(envelope);
      }
      bundle.logEntries().forEach(this::print);
      line("log entries", bundle.logEntries().size());
      line("timestamps", bundle.timestamps().size());
    }

    void print(BlobSignature.Old old) throws FormatException {
      line("bundle", "cosign's old one");
      if (old.certificate().isPresent()) {
        line("signer", pem(old.certificate().get()));
      }
      line("signature", old.signature());
      if (old.logEntry().isPresent()) {
        print(LogEntry.parse(old.logEntry().get()));
      }
      line("log entries", old.logEntry().isPresent() ? 1 : 0);
    }

    private void print(Envelope envelope) {
      try {
        var statement = Statement.parse(envelope.unverifiedPayload());
        line("signs", "a statement of type " + statement.predicateType());
        statement.subjects().stream().limit(MOST_SUBJECTS).forEach(this::print);
        if (statement.subjects().size() > MOST_SUBJECTS) {
          line("subjects", statement.subjects().size() + " in all");
        }
      } catch (FormatException e) {
        line("signs", "bytes that are no statement: " + e.problem());
      }
      envelope.signatures().forEach(bytes -> line("signature", bytes));
    }

    private void print(Statement.Subject subject) {
      var digests = new TreeMap<>(subject.digests());
      var name = subject.name().isEmpty() ? "" : subject.name() + " ";
      digests.forEach((algorithm, hex) -> line("subject", name + algorithm + ":" + hex));
      new TreeMap<>(subject.annotations())
          .forEach((key, value) -> line("annotation", key + "=" + value));
    }

    private void print(LogEntry entry) {
      line(
          "log entry",
          "%s%d of log %s, %s, %s"
              .formatted(
                  entry.kind().map(kind -> kind + ", ").orElse(""),
                  entry.logIndex(),
                  HexFormat.of().formatHex(entry.logId().toArray()),
                  time(entry.integratedTime()),
                  entry.proof().isPresent() ? "with a proof of inclusion" : "with a promise"));
    }

    private static String time(long seconds) {
      if (seconds == 0) {
        return "no time";
      }
      return seconds > LAST_SECOND ? seconds + " s" : Instant.ofEpochSecond(seconds).toString();
    }

    private static String version(Bundle.Version version) {
      return switch (version) {
        case V0_1 -> "0.1";
        case V0_2 -> "0.2";
        case V0_3 -> "0.3";
      };
    }

    private static String pem(String base64) throws FormatException {
      var text = Base64Text.decode(base64).toUtf8();
      return text.contains("CERTIFICATE") ? "a certificate" : "a public key, which proves nothing";
    }

    /// Whom a certificate names; it may be anybody's.
    private static String certificate(Bytes der) {
      try {
        var certificate =
            (X509Certificate)
                CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der.toArray()));
        var names = certificate.getSubjectAlternativeNames();
        var name =
            names == null
                ? certificate.getSubjectX500Principal().getName()
                : names.iterator().next().get(1);
        return "%s, from %s until %s"
            .formatted(
                name,
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
      } catch (CertificateException | RuntimeException e) {
        return der.size() + " bytes that cannot be read";
      }
    }
  }
}
