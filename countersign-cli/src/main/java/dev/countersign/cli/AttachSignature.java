package dev.countersign.cli;

import dev.countersign.attachment.Attachments;
import dev.countersign.attachment.Attachments.Attached;
import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.signature.SimpleSigning;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Stores a signature that was made elsewhere beside an image, in tag form.
final class AttachSignature implements Command {
  private static final Flag SIGNATURE =
      Flag.text("signature", "file with the base64 signature; - is standard input");
  private static final Flag PAYLOAD = Flag.text("payload", "file with what was signed");
  private static final List<Flag> OTHERS =
      List.of(Flag.refusedText("bundle", "a bundle is attached with attach attestation"));
  private static final int MAX_SIGNATURE_BYTES = 64 << 10;

  @Override
  public Usage usage() {
    return new Usage(
        "attach signature",
        "Stores a signature that was made elsewhere beside an image, in tag form.",
        "IMAGE",
        1,
        1,
        Stream.of(List.of(SIGNATURE, PAYLOAD), AttachedMaterial.FLAGS, RegistryAccess.FLAGS, OTHERS)
            .flatMap(List::stream)
            .toList(),
        "countersign attach signature --payload p.json --signature p.sig registry.example/app:1.0");
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, FormatException, IOException {
    var images = Images.parse(arguments);
    var signature = signature(arguments, world);
    var material = new AttachedMaterial(arguments, world);
    var deadline = Images.deadline(arguments);
    var access = new RegistryAccess(arguments, world);
    var place = access.place();
    try (var registry = access.open(images)) {
      var image = new Lookup(registry, deadline).find(images.getFirst());
      var sealed = new SimpleSigning.Sealed(payload(arguments, world, image), signature);
      requireAbout(image, sealed);
      var beside = material.read(sealed);
      world.stderr().println("Pushing signature to: " + place.of(image));
      var attached = new Attachments(registry, place).attach(image, sealed, beside, deadline);
      if (attached == Attached.ALREADY_THERE) {
        world.stderr().println("The signature is there already.");
      }
    }
    return ExitCode.DONE;
  }

  private static Bytes signature(Arguments arguments, World world) throws Failure, IOException {
    var name = arguments.require(SIGNATURE);
    try {
      var text = SmallFile.read(world, name, MAX_SIGNATURE_BYTES).toUtf8().strip();
      if (text.isEmpty()) {
        throw new Failure("expected a base64 signature in " + name + ", got nothing");
      }
      return Base64Text.decode(text);
    } catch (FormatException e) {
      throw new Failure("signature in " + name + ": " + e.problem());
    }
  }

  private static Bytes payload(Arguments arguments, World world, Digested image)
      throws Failure, IOException {
    var name = arguments.find(PAYLOAD);
    if (name.isPresent()) {
      return SmallFile.read(world, name.get(), SimpleSigning.MAX_BYTES);
    }
    world.warn(
        "No --payload is given: the signature is taken for one of what sign would sign for "
            + image
            + " without annotations.");
    return SimpleSigning.of(image.repository().toString(), image.digest(), Map.of()).toBytes();
  }

  /// What is about another image would lie there for ever and prove nothing.
  private static void requireAbout(Digested image, SimpleSigning.Sealed sealed) throws Failure {
    try {
      var about = sealed.unverifiedImage();
      if (!about.equals(image.digest())) {
        throw new Failure(
            "expected a payload about %s, got one about %s".formatted(image.digest(), about));
      }
    } catch (FormatException e) {
      throw new Failure("payload: " + e.problem());
    }
  }
}
