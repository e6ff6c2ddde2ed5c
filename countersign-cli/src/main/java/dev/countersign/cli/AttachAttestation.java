package dev.countersign.cli;

import dev.countersign.attachment.Attachments;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.registry.Deadline;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Envelope;
import dev.countersign.signature.Statement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Stores attestations that were made elsewhere beside an image: envelopes in tag form, bundles as
/// referrers.
final class AttachAttestation implements Command {
  private static final Flag ATTESTATION =
      Flag.list("attestation", "file with envelopes or bundles, one or a line each").initially("");
  private static final int MAX_BYTES = 64 << 20;

  @Override
  public Usage usage() {
    return new Usage(
        "attach attestation",
        "Stores attestations that were made elsewhere beside an image: envelopes in tag form,"
            + " bundles in bundle form.",
        "IMAGE",
        1,
        1,
        Stream.concat(Stream.of(ATTESTATION), RegistryAccess.FLAGS.stream()).toList(),
        """
        countersign attach attestation --attestation envelope.json registry.example/app:1.0
        countersign download attestation IMAGE > all.jsonl
        """);
  }

  /// Something to store, known to be about the image.
  private sealed interface Attestation {
    Envelope envelope();

    record InTagForm(Envelope envelope) implements Attestation {}

    record Bundled(Bundle bundle, Envelope envelope) implements Attestation {}
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, FormatException, IOException {
    var images = Images.parse(arguments);
    var files = arguments.list(ATTESTATION);
    if (files.isEmpty()) {
      throw new Failure("expected --attestation, got none");
    }
    var attestations = new ArrayList<Attestation>();
    for (var file : files) {
      world.stderr().println("Using payload from: " + file);
      attestations.addAll(read(world, file));
    }
    var deadline = Images.deadline(arguments);
    var access = new RegistryAccess(arguments, world);
    var place = access.place();
    try (var registry = access.open(images)) {
      var image = new Lookup(registry, deadline).find(images.getFirst());
      for (var attestation : attestations) {
        requireAbout(image, attestation);
      }
      var attachments = new Attachments(registry, place);
      for (var attestation : attestations) {
        attach(attachments, image, attestation, world, deadline);
      }
    }
    return ExitCode.DONE;
  }

  private static List<Attestation> read(World world, String file) throws Failure, IOException {
    var text = SmallFile.read(world, file, MAX_BYTES);
    try {
      var found = new ArrayList<Attestation>();
      for (var json : values(text)) {
        found.add(parse(json));
      }
      if (found.isEmpty()) {
        throw new FormatException("expected an envelope or a bundle, got nothing");
      }
      return found;
    } catch (FormatException e) {
      throw new Failure("attestation in " + file + ": " + e.problem());
    }
  }

  /// One value, or one a line.
  private static List<JsonObject> values(Bytes text) throws FormatException {
    var lines = text.toUtf8().lines().filter(line -> !line.isBlank()).toList();
    if (lines.size() > 1 && !lines.getFirst().strip().endsWith("}")) {
      return List.of(JsonValue.parseObject(text));
    }
    var values = new ArrayList<JsonObject>();
    for (var line : lines) {
      values.add(JsonValue.parseObject(Bytes.utf8(line)));
    }
    return values;
  }

  private static Attestation parse(JsonObject json) throws FormatException {
    if (json.find("mediaType").isEmpty()) {
      return new Attestation.InTagForm(Envelope.parse(json.toBytes()));
    }
    var bundle = Bundle.parse(json.toBytes());
    return switch (bundle.content()) {
      case Bundle.Content.Enveloped(var envelope) -> new Attestation.Bundled(bundle, envelope);
      case Bundle.Content.Message message ->
          throw new FormatException("expected an attestation, got the signature of a file");
    };
  }

  private static void requireAbout(Digested image, Attestation attestation) throws Failure {
    try {
      var statement = statement(attestation);
      if (statement.about(image.digest()).isEmpty()) {
        throw new Failure(
            "expected an attestation about %s, got one about %s"
                .formatted(image.digest(), statement.images()));
      }
    } catch (FormatException e) {
      throw new Failure("attestation: " + e.problem());
    }
  }

  private static Statement statement(Attestation attestation) throws FormatException {
    var envelope = attestation.envelope();
    if (envelope.unverifiedPredicateType().isEmpty()) {
      throw new FormatException("expected an envelope of " + Envelope.IN_TOTO);
    }
    return Statement.parse(envelope.unverifiedPayload());
  }

  private static void attach(
      Attachments attachments,
      Digested image,
      Attestation attestation,
      World world,
      Deadline deadline)
      throws Failure, FormatException, IOException {
    var attached =
        switch (attestation) {
          case Attestation.InTagForm(var envelope) ->
              attachments.attach(image, envelope, statement(attestation).predicateType(), deadline);
          case Attestation.Bundled(var bundle, var envelope) ->
              attachments.attach(image, bundle, world.now(), deadline);
        };
    switch (attached) {
      case ADDED -> {}
      case ALREADY_THERE -> world.stderr().println("The attestation is there already.");
    }
  }
}
