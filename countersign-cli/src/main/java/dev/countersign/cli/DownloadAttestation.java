package dev.countersign.cli;

import dev.countersign.attachment.Attachments;
import dev.countersign.attachment.Kind;
import dev.countersign.attachment.StoredContent;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Envelope;
import dev.countersign.signature.PredicateType;
import dev.countersign.signature.Signature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Prints the attestations of an image as they are stored.
final class DownloadAttestation implements Command {
  private static final Flag TYPE =
      Flag.text("predicate-type", "only those of this type: cosign's name for it, or a URI");
  private static final Flag PLATFORM =
      Flag.text("platform", "of an index the image for os/architecture[/variant]");

  @Override
  public Usage usage() {
    return new Usage(
        "download attestation",
        "Prints the attestations of an image, a line of JSON each: bundles as they are, then"
            + " envelopes in tag form.",
        "IMAGE",
        1,
        1,
        Stream.concat(Stream.of(TYPE, PLATFORM), RegistryAccess.FLAGS.stream()).toList(),
        "countersign download attestation --predicate-type spdxjson registry.example/app:1.0");
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, FormatException, IOException {
    var images = Images.parse(arguments);
    var name = images.getFirst();
    var platform = Lookup.platform(arguments, PLATFORM);
    var type = type(arguments);
    var deadline = Images.deadline(arguments);
    var access = new RegistryAccess(arguments, world);
    var place = access.place();
    try (var registry = access.open(images)) {
      var image = new Lookup(registry, deadline).find(name, platform);
      var found = new Attachments(registry, place).download(image, Kind.ATTESTATION, deadline);
      var wanted = found.stream().filter(one -> type.isEmpty() || type.equals(type(one))).toList();
      if (wanted.isEmpty()) {
        throw new Failure(
            type.isPresent() && !found.isEmpty()
                ? "no attestations with predicate type '" + type.get() + "' found"
                : "found no attestations");
      }
      print(wanted, world);
    }
    return ExitCode.DONE;
  }

  private static Optional<String> type(Arguments arguments) throws FormatException {
    var type = arguments.find(TYPE);
    return type.isEmpty() ? Optional.empty() : Optional.of(PredicateType.parse(type.get()).uri());
  }

  private static void print(List<StoredContent> attestations, World world) throws FormatException {
    for (var attestation : attestations) {
      world
          .stdout()
          .println(
              switch (attestation.form()) {
                case BUNDLE -> JsonLine.of(attestation.bytes());
                case TAG -> envelope(attestation);
              });
    }
  }

  /// The members that cosign prints, in its order.
  private static String envelope(StoredContent attestation) throws FormatException {
    var json = JsonValue.parseObject(attestation.bytes());
    var signatures = new ArrayList<JsonValue>();
    for (var item : json.getArray("signatures")) {
      var signature = item.asObject("a signature");
      signatures.add(
          JsonObject.empty()
              .with("keyid", signature.findString("keyid").orElse(""))
              .with("sig", signature.getString("sig")));
    }
    return JsonObject.empty()
        .with("payloadType", json.getString("payloadType"))
        .with("payload", json.getString("payload"))
        .with("signatures", new JsonArray(signatures))
        .toBytes()
        .toUtf8();
  }

  private static Optional<String> type(StoredContent attestation) {
    try {
      return switch (attestation.form()) {
        case BUNDLE ->
            new Signature.Bundled(Bundle.parse(attestation.bytes())).unverifiedPredicateType();
        case TAG -> Envelope.parse(attestation.bytes()).unverifiedPredicateType();
      };
    } catch (FormatException e) {
      return Optional.empty();
    }
  }
}
