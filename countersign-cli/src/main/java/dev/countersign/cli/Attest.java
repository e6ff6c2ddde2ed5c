package dev.countersign.cli;

import dev.countersign.ImageSigner;
import dev.countersign.attachment.Attachments;
import dev.countersign.attachment.Attachments.Attached;
import dev.countersign.attachment.Kind;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.registry.Deadline;
import dev.countersign.sign.Signer;
import dev.countersign.signature.Envelope;
import dev.countersign.signature.Statement;
import dev.countersign.sigstore.SigningServices.Signed;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/// Attests something of images with a key or as an identity, and stores the attestations beside
/// them.
final class Attest implements Command {
  private static final Flag NO_UPLOAD =
      Flag.off("no-upload", "do not store the attestation in the registry");
  private static final Flag NEW_BUNDLE_FORMAT =
      Flag.on("new-bundle-format", "attest in bundle form; false is tag form, sha256-….att");
  private static final Flag BUNDLE =
      Flag.text("bundle", "file to write the attestation in bundle form to");
  private static final Flag REPLACE =
      Flag.off("replace", "in tag form, remove all attestations of the same type");

  @Override
  public Usage usage() {
    return new Usage(
        "attest",
        "Attests something of images: provenance, an SBOM, a scan, or anything else.",
        "IMAGE...",
        1,
        Integer.MAX_VALUE,
        SignFlags.withForAttestations(
            Stream.concat(
                    AttestationSource.FLAGS.stream(),
                    Stream.of(Sign.KEY, NO_UPLOAD, NEW_BUNDLE_FORMAT, BUNDLE, REPLACE))
                .toList()),
        """
        countersign attest --key cosign.key --type spdxjson --predicate sbom.json IMAGE@sha256:…
        build-provenance | countersign attest --key cosign.key --type slsaprovenance1 \\
          --predicate - IMAGE@sha256:…
        """);
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, FormatException, IOException {
    var images = Images.parse(arguments);
    var form = form(arguments, world);
    var source = AttestationSource.read(arguments, world);
    var deadline = Images.deadline(arguments);
    var access = new RegistryAccess(arguments, world);
    var place = access.place();
    try (var registry = access.open(images);
        var found = ImagesToSign.lookUp(registry, images, ImageSigner.Depth.TOP, deadline);
        var party = SigningParty.read(arguments, world, access, deadline)) {
      var attachments = new Attachments(registry, place);
      var storing =
          Storing.of(found.await(world), image -> attachments.tag(image, Kind.ATTESTATION), world);
      var statements = new LinkedHashMap<Digested, Bytes>();
      for (var image : storing.images()) {
        var subject = Statement.Subject.of(image.repository().toString(), image.digest());
        statements.put(image, source.statement(subject, image.digest()));
      }
      return new Run(arguments, world, form, party, source.predicateType(), attachments, deadline)
          .attestAll(storing, statements);
    }
  }

  /// How attestations are stored.
  private enum Form {
    BUNDLE,
    TAG
  }

  private static Form form(Arguments arguments, World world) throws Failure {
    var isBundled = arguments.isOn(NEW_BUNDLE_FORMAT);
    if (arguments.find(BUNDLE).isPresent() && !isBundled) {
      throw new Failure("expected --bundle or --new-bundle-format=false, got both");
    }
    if (arguments.isOn(NO_UPLOAD) && isBundled && arguments.find(BUNDLE).isEmpty()) {
      throw new Failure("expected --bundle with --no-upload, got none")
          .withHint("--new-bundle-format=false prints the envelope to standard output");
    }
    if (arguments.isOn(REPLACE) && isBundled) {
      world.warn("Nothing is replaced in bundle form: the older attestations stay (--replace).");
    }
    return isBundled ? Form.BUNDLE : Form.TAG;
  }

  /// How an attestation that was made gets to the registry.
  private interface Push {
    Attached run() throws IOException;
  }

  /// One call's work on its images.
  private record Run(
      Arguments arguments,
      World world,
      Form form,
      SigningParty party,
      String predicateType,
      Attachments attachments,
      Deadline deadline) {

    /// All are attested, and all files written, before the first attestation is stored: when a
    /// service fails, nothing is half attested.
    int attestAll(Storing storing, Map<Digested, Bytes> statements)
        throws Failure, FormatException, IOException {
      var attested =
          switch (form) {
            case BUNDLE -> attestInBundleForm(statements);
            case TAG -> attestInTagForm(statements);
          };
      return arguments.isOn(NO_UPLOAD) ? ExitCode.DONE : storeAll(storing, attested);
    }

    private int storeAll(Storing storing, Map<Digested, Push> attested)
        throws Failure, FormatException, IOException {
      int exitCode =
          storing.each(
              attested,
              (image, push, aside) -> {
                announce(image, aside);
                tell(push.run(), image, aside);
              });
      if (exitCode == ExitCode.DONE) {
        world
            .stderr()
            .println(
                switch (form) {
                  case BUNDLE -> "Attested in bundle form, which cosign 3 and later read.";
                  case TAG ->
                      "Attested in tag form (sha256-<digest>.att), which every cosign reads.";
                });
      }
      return exitCode;
    }

    private Map<Digested, Push> attestInBundleForm(Map<Digested, Bytes> statements)
        throws Failure, FormatException, IOException {
      var signed = new LinkedHashMap<Digested, Signed>();
      for (var one : statements.entrySet()) {
        var made = party.sign(key -> new Signer(key, Map.of()).bundle(one.getValue()));
        requireReadable(made.bundle().toBytes());
        signed.put(one.getKey(), made);
      }
      var created = world.now();
      var pushes = new LinkedHashMap<Digested, Push>();
      for (var one : signed.entrySet()) {
        write(one.getKey(), one.getValue(), signed.size());
        pushes.put(one.getKey(), push(one.getKey(), one.getValue(), created));
      }
      return pushes;
    }

    private void write(Digested image, Signed signed, int count)
        throws Failure, FormatException, IOException {
      var name = arguments.find(BUNDLE);
      if (name.isPresent()) {
        var files = new OutputFiles(world);
        var suffix = count > 1 ? "-sha256-" + image.digest().hex() : "";
        files.add("bundle", name.get() + suffix, signed.bundle().toBytes());
        files.write();
      }
    }

    private Push push(Digested image, Signed signed, Instant created) {
      var bundle = signed.bundle();
      return party.isLone()
          ? () -> attachments.attach(image, bundle, signed.key(), created, deadline)
          : () -> attachments.attach(image, bundle, created, deadline);
    }

    private Map<Digested, Push> attestInTagForm(Map<Digested, Bytes> statements)
        throws Failure, FormatException, IOException {
      var signer = new Signer(party.loneKey(), Map.of());
      var pushes = new LinkedHashMap<Digested, Push>();
      for (var one : statements.entrySet()) {
        var envelope = signer.envelope(one.getValue());
        requireReadable(envelope.toBytes());
        if (arguments.isOn(NO_UPLOAD)) {
          world.stdout().println(envelope.toBytes().toUtf8());
        }
        pushes.put(one.getKey(), push(one.getKey(), envelope));
      }
      return pushes;
    }

    private Push push(Digested image, Envelope envelope) {
      return () -> {
        if (arguments.isOn(REPLACE)) {
          attachments.replace(image, envelope, predicateType, deadline);
          return Attached.ADDED;
        }
        return attachments.attach(image, envelope, predicateType, deadline);
      };
    }

    /// What nobody would read back is not stored.
    private static void requireReadable(Bytes text) throws Failure {
      int most = Kind.ATTESTATION.maxBytes();
      if (text.size() > most) {
        throw new Failure(
            "expected an attestation of at most " + most + " bytes, got " + text.size());
      }
    }

    private void announce(Digested image, World aside) {
      aside
          .stderr()
          .println(
              "Pushing attestation to: " + attachments.tag(image, Kind.ATTESTATION).repository());
    }

    private static void tell(Attached attached, Digested image, World aside) {
      switch (attached) {
        case ADDED -> {}
        case ALREADY_THERE ->
            aside.stderr().println("The same attestation by this key is there already: " + image);
      }
    }
  }
}
