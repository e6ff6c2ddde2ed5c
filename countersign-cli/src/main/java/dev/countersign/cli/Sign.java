package dev.countersign.cli;

import dev.countersign.ImageSigner;
import dev.countersign.attachment.Attachments;
import dev.countersign.attachment.Kind;
import dev.countersign.format.Base64Text;
import dev.countersign.format.Blob;
import dev.countersign.format.FormatException;
import dev.countersign.oci.ImageReference;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.Repository;
import dev.countersign.registry.ContentStore;
import dev.countersign.registry.Deadline;
import dev.countersign.sign.BlobSigner;
import dev.countersign.sign.Signer;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.SimpleSigning;
import dev.countersign.sigstore.SigningServices.Signed;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Signs images with a key or as an identity, and stores the signatures beside them.
final class Sign implements Command {
  static final Flag KEY = Flag.text("key", "private key: a file, env://NAME or k8s://NS/NAME");
  private static final Flag ANNOTATIONS =
      Flag.list("annotations", "extra key=value pairs to sign").shortened("a").initially("");
  private static final Flag RECURSIVE =
      Flag.off("recursive", "sign also each image that an index lists").shortened("r");
  private static final Flag UPLOAD = Flag.on("upload", "store the signature in the registry");
  private static final Flag NEW_BUNDLE_FORMAT =
      Flag.on("new-bundle-format", "sign in bundle form; false is tag form, sha256-….sig");
  private static final Flag BUNDLE =
      Flag.text("bundle", "file to write the signature in bundle form to");
  private static final Flag OUTPUT_SIGNATURE =
      Flag.text("output-signature", "file to write the base64 signature to");
  private static final Flag OUTPUT_PAYLOAD =
      Flag.text("output-payload", "file to write the signed payload to");

  @Override
  public Usage usage() {
    return new Usage(
        "sign",
        "Signs images. With --key nothing is sent anywhere but to the registry, unless a service is"
            + " named.",
        "IMAGE...",
        1,
        Integer.MAX_VALUE,
        SignFlags.with(
            List.of(
                KEY,
                ANNOTATIONS,
                RECURSIVE,
                UPLOAD,
                NEW_BUNDLE_FORMAT,
                BUNDLE,
                OUTPUT_SIGNATURE,
                OUTPUT_PAYLOAD)),
        """
        countersign sign --key cosign.key registry.example/app@sha256:…
        countersign sign --key env://COSIGN_PRIVATE_KEY -a env=prod registry.example/app:1.0
        countersign sign --signing-config signing_config.json --identity-token token.txt \\
          registry.example/app@sha256:…
        """);
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, FormatException, IOException {
    var images = Images.parse(arguments);
    var annotations = Images.annotations(arguments, ANNOTATIONS);
    requireSomewhereToGo(arguments);
    var deadline = Images.deadline(arguments);
    var access = new RegistryAccess(arguments, world);
    var place = access.place();
    try (var registry = access.open(images);
        var party = SigningParty.read(arguments, world, access, deadline)) {
      var run =
          new Run(arguments, world, party, annotations, new Attachments(registry, place), deadline);
      run.signAll(find(registry, images, arguments, world, deadline));
    }
    return ExitCode.DONE;
  }

  private static void requireSomewhereToGo(Arguments arguments) throws Failure {
    var isWritten =
        Stream.of(BUNDLE, OUTPUT_SIGNATURE, OUTPUT_PAYLOAD)
            .anyMatch(flag -> arguments.find(flag).isPresent());
    if (!arguments.isOn(UPLOAD) && !isWritten) {
      throw new Failure(
          "expected --bundle, --output-signature or --output-payload with --upload=false, got"
              + " none");
    }
    if (arguments.find(BUNDLE).isPresent() && !arguments.isOn(NEW_BUNDLE_FORMAT)) {
      throw new Failure("expected --bundle or --new-bundle-format=false, got both");
    }
  }

  /// All that is to be signed, known before anything is written.
  private static List<Digested> find(
      ContentStore registry,
      List<ImageReference> images,
      Arguments arguments,
      World world,
      Deadline deadline)
      throws Failure, IOException {
    var depth = arguments.isOn(RECURSIVE) ? ImageSigner.Depth.ALL : ImageSigner.Depth.TOP;
    return find(registry, images, depth, world, deadline);
  }

  /// What the references name, each once.
  static List<Digested> findTop(
      ContentStore registry, List<ImageReference> images, World world, Deadline deadline)
      throws Failure, IOException {
    return find(registry, images, ImageSigner.Depth.TOP, world, deadline);
  }

  private static List<Digested> find(
      ContentStore registry,
      List<ImageReference> images,
      ImageSigner.Depth depth,
      World world,
      Deadline deadline)
      throws Failure, IOException {
    var signer = new ImageSigner(registry);
    var found = new LinkedHashSet<Digested>();
    for (var image : images) {
      if (image instanceof ImageReference.Tagged) {
        warnOfTag(image, world);
      }
      var all = signer.find(image, depth, deadline);
      if (all.isEmpty()) {
        throw Absence.of(image);
      }
      found.addAll(all);
    }
    return List.copyOf(found);
  }

  /// In cosign's words.
  static void warnOfTag(ImageReference image, World world) {
    world.warn(
        """
        Image reference %s uses a tag, not a digest, to identify the image to sign.
            This can lead you to sign a different image than the intended one. Please use a
            digest (example.com/ubuntu@sha256:abc123...) rather than tag
            (example.com/ubuntu:latest) for the input to cosign. The ability to refer to
            images by tag will be removed in a future release.
        """
            .formatted(image));
  }

  /// One call's work on its images.
  private record Run(
      Arguments arguments,
      World world,
      SigningParty party,
      Map<String, String> annotations,
      Attachments attachments,
      Deadline deadline) {

    void signAll(List<Digested> images) throws Failure, FormatException, IOException {
      var isBundled = arguments.isOn(NEW_BUNDLE_FORMAT);
      if (isBundled) {
        for (var one : signInBundleForm(images).entrySet()) {
          store(one.getKey(), one.getValue(), images.size());
        }
      } else if (party.isLone()) {
        var signer = new Signer(party.loneKey(), annotations);
        for (var image : images) {
          signInTagForm(image, signer, images.size());
        }
      } else {
        for (var one : signInTagForm(images).entrySet()) {
          store(one.getKey(), one.getValue(), images.size());
        }
      }
      if (arguments.isOn(UPLOAD)) {
        world
            .stderr()
            .println(
                isBundled
                    ? "Signed in bundle form, which cosign 3 and later read."
                    : "Signed in tag form (sha256-<digest>.sig), which every cosign reads.");
      }
    }

    /// All of them, before the first is stored: when a service fails, nothing is half signed.
    private Map<Digested, Signed> signInBundleForm(List<Digested> images)
        throws Failure, IOException {
      var signed = new LinkedHashMap<Digested, Signed>();
      for (var image : images) {
        signed.put(image, party.sign(key -> new Signer(key, annotations).bundle(image)));
      }
      return signed;
    }

    private void store(Digested image, Signed signed, int count)
        throws Failure, FormatException, IOException {
      var bundle = signed.bundle();
      if (bundle.content() instanceof Bundle.Content.Enveloped(var envelope)) {
        var signature = Base64Text.encode(envelope.signatures().getFirst());
        write(OUTPUT_SIGNATURE, image, signature, count);
        write(OUTPUT_PAYLOAD, image, envelope.unverifiedPayload().toUtf8(), count);
      }
      write(BUNDLE, image, bundle.toBytes().toUtf8(), count);
      if (arguments.isOn(UPLOAD)) {
        announce(attachments.tag(image, Kind.SIGNATURE).repository());
        if (party.isLone()) {
          attachments.attach(image, bundle, signed.key(), world.now(), deadline);
        } else {
          attachments.attach(image, bundle, world.now(), deadline);
        }
      }
    }

    /// All of them, as above.
    private Map<Digested, VouchedSignature> signInTagForm(List<Digested> images)
        throws Failure, FormatException, IOException {
      party.requireTagForm();
      var signed = new LinkedHashMap<Digested, VouchedSignature>();
      for (var image : images) {
        var payload =
            SimpleSigning.of(image.repository().toString(), image.digest(), annotations).toBytes();
        var made = party.sign(key -> new BlobSigner(key).bundle(Blob.of(payload)));
        signed.put(image, VouchedSignature.of(payload, made));
      }
      return signed;
    }

    private void store(Digested image, VouchedSignature signed, int count)
        throws Failure, FormatException, IOException {
      writeOutputs(image, signed.sealed(), count);
      if (arguments.isOn(UPLOAD)) {
        announce(attachments.tag(image, Kind.SIGNATURE).repository());
        attachments.attach(image, signed.sealed(), signed.material(), deadline);
      }
    }

    private void writeOutputs(Digested image, SimpleSigning.Sealed sealed, int count)
        throws Failure, FormatException, IOException {
      write(OUTPUT_SIGNATURE, image, Base64Text.encode(sealed.signature()), count);
      write(OUTPUT_PAYLOAD, image, sealed.unverifiedPayload().toUtf8(), count);
    }

    private void signInTagForm(Digested image, Signer signer, int count)
        throws Failure, FormatException, IOException {
      var sealed = signer.sign(image);
      writeOutputs(image, sealed, count);
      if (arguments.isOn(UPLOAD)) {
        announce(attachments.tag(image, Kind.SIGNATURE).repository());
        attachments.attach(image, sealed, signer.publicKey(), deadline);
      }
    }

    private void announce(Repository repository) {
      world.stderr().println("Pushing signature to: " + repository);
    }

    /// One file an image: with several, the digest is part of the name, as in cosign.
    private void write(Flag flag, Digested image, String text, int count)
        throws Failure, IOException {
      var name = arguments.find(flag);
      if (name.isPresent()) {
        var several = arguments.isOn(RECURSIVE) || count > 1;
        var suffix = several ? "-sha256-" + image.digest().hex() : "";
        var file = world.file(name.get() + suffix);
        if (Files.isDirectory(file)) {
          throw new Failure(file + " is a directory");
        }
        WholeFile.write(file, text, WholeFile.Readers.OWNER);
      }
    }
  }
}
