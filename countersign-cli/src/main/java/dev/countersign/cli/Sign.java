package dev.countersign.cli;

import dev.countersign.ImageSigner;
import dev.countersign.attachment.Attachments;
import dev.countersign.attachment.Kind;
import dev.countersign.format.Base64Text;
import dev.countersign.format.Blob;
import dev.countersign.format.FormatException;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.registry.Deadline;
import dev.countersign.sign.BlobSigner;
import dev.countersign.sign.Signer;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.SimpleSigning;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
        var found = ImagesToSign.lookUp(registry, images, depth(arguments), deadline);
        var party = SigningParty.read(arguments, world, access, deadline)) {
      var attachments = new Attachments(registry, place);
      var storing =
          Storing.of(found.await(world), image -> attachments.tag(image, Kind.SIGNATURE), world);
      return new Run(arguments, world, party, annotations, attachments, deadline).signAll(storing);
    }
  }

  private static ImageSigner.Depth depth(Arguments arguments) {
    return arguments.isOn(RECURSIVE) ? ImageSigner.Depth.ALL : ImageSigner.Depth.TOP;
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

  /// A signature that was made and is to be stored.
  ///
  /// @param texts what the flags want to have written
  private record Made(List<Text> texts, Push push) {
    /// What a flag's file is to hold.
    record Text(Flag flag, String content) {}

    /// How it gets to the registry.
    interface Push {
      void run() throws IOException;
    }
  }

  /// How an image is signed; nothing is stored.
  private interface Form {
    Made sign(Digested image) throws Failure, FormatException, IOException;
  }

  /// One call's work on its images.
  private record Run(
      Arguments arguments,
      World world,
      SigningParty party,
      Map<String, String> annotations,
      Attachments attachments,
      Deadline deadline) {

    /// All are signed, and all files written, before the first signature is stored: when a service
    /// fails, nothing is half signed.
    int signAll(Storing storing) throws Failure, FormatException, IOException {
      var images = storing.images();
      var form = form();
      var signed = new LinkedHashMap<Digested, Made>();
      for (var image : images) {
        signed.put(image, form.sign(image));
      }
      for (var one : signed.entrySet()) {
        write(one.getKey(), one.getValue().texts(), images.size());
      }
      return arguments.isOn(UPLOAD) ? storeAll(storing, signed) : ExitCode.DONE;
    }

    private int storeAll(Storing storing, Map<Digested, Made> signed)
        throws Failure, FormatException, IOException {
      int exitCode =
          storing.each(
              signed,
              (image, made, aside) -> {
                var repository = attachments.tag(image, Kind.SIGNATURE).repository();
                aside.stderr().println("Pushing signature to: " + repository);
                made.push().run();
              });
      if (exitCode == ExitCode.DONE) {
        world
            .stderr()
            .println(
                arguments.isOn(NEW_BUNDLE_FORMAT)
                    ? "Signed in bundle form, which cosign 3 and later read."
                    : "Signed in tag form (sha256-<digest>.sig), which every cosign reads.");
      }
      return exitCode;
    }

    private Form form() throws Failure {
      if (arguments.isOn(NEW_BUNDLE_FORMAT)) {
        var created = world.now();
        return image -> signInBundleForm(image, created);
      }
      if (party.isLone()) {
        var signer = new Signer(party.loneKey(), annotations);
        return image -> signInTagForm(image, signer);
      }
      party.requireTagForm();
      return this::signInTagForm;
    }

    private Made signInBundleForm(Digested image, Instant created)
        throws Failure, FormatException, IOException {
      var signed = party.sign(key -> new Signer(key, annotations).bundle(image));
      var bundle = signed.bundle();
      var texts = new ArrayList<Made.Text>();
      if (bundle.content() instanceof Bundle.Content.Enveloped(var envelope)) {
        var signature = Base64Text.encode(envelope.signatures().getFirst());
        texts.add(new Made.Text(OUTPUT_SIGNATURE, signature));
        texts.add(new Made.Text(OUTPUT_PAYLOAD, envelope.unverifiedPayload().toUtf8()));
      }
      texts.add(new Made.Text(BUNDLE, bundle.toBytes().toUtf8()));
      return new Made(
          texts,
          party.isLone()
              ? () -> attachments.attach(image, bundle, signed.key(), created, deadline)
              : () -> attachments.attach(image, bundle, created, deadline));
    }

    private Made signInTagForm(Digested image, Signer signer) throws FormatException, IOException {
      var sealed = signer.sign(image);
      return new Made(
          texts(sealed), () -> attachments.attach(image, sealed, signer.publicKey(), deadline));
    }

    private Made signInTagForm(Digested image) throws Failure, FormatException, IOException {
      var payload =
          SimpleSigning.of(image.repository().toString(), image.digest(), annotations).toBytes();
      var made = party.sign(key -> new BlobSigner(key).bundle(Blob.of(payload)));
      var signed = VouchedSignature.of(payload, made);
      return new Made(
          texts(signed.sealed()),
          () -> attachments.attach(image, signed.sealed(), signed.material(), deadline));
    }

    private static List<Made.Text> texts(SimpleSigning.Sealed sealed) throws FormatException {
      return List.of(
          new Made.Text(OUTPUT_SIGNATURE, Base64Text.encode(sealed.signature())),
          new Made.Text(OUTPUT_PAYLOAD, sealed.unverifiedPayload().toUtf8()));
    }

    /// One file an image: with several, the digest is part of the name, as in cosign.
    private void write(Digested image, List<Made.Text> texts, int count)
        throws Failure, IOException {
      var several = arguments.isOn(RECURSIVE) || count > 1;
      var suffix = several ? "-sha256-" + image.digest().hex() : "";
      for (var text : texts) {
        var name = arguments.find(text.flag());
        if (name.isPresent()) {
          var file = world.file(name.get() + suffix);
          if (Files.isDirectory(file)) {
            throw new Failure(file + " is a directory");
          }
          WholeFile.write(file, text.content(), WholeFile.Readers.OWNER);
        }
      }
    }
  }
}
