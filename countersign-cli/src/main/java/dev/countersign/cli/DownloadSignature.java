package dev.countersign.cli;

import dev.countersign.attachment.Attachments;
import dev.countersign.attachment.Kind;
import dev.countersign.attachment.StoredContent;
import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.Pem;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.json.JsonValue.JsonNull;
import java.io.IOException;
import java.util.ArrayList;

/// Prints the signatures of an image as they are stored.
final class DownloadSignature implements Command {
  private static final String PREFIX = "dev.sigstore.cosign/";
  private static final String END = "-----END CERTIFICATE-----";

  @Override
  public Usage usage() {
    return new Usage(
        "download signature",
        "Prints the signatures of an image, a line of JSON each: bundles as they are, then those in"
            + " tag form.",
        "IMAGE",
        1,
        1,
        RegistryAccess.FLAGS,
        "countersign download signature registry.example/app:1.0");
  }

  @Override
  public int run(Arguments arguments, World world) throws Failure, FormatException, IOException {
    var images = Images.parse(arguments);
    var name = images.getFirst();
    var deadline = Images.deadline(arguments);
    var access = new RegistryAccess(arguments, world);
    var place = access.place();
    try (var registry = access.open(images)) {
      var image = new Lookup(registry, deadline).find(name);
      var found = new Attachments(registry, place).download(image, Kind.SIGNATURE, deadline);
      if (found.isEmpty()) {
        throw new Failure(name + ": no signatures associated");
      }
      for (var signature : found) {
        world.stdout().println(line(signature));
      }
    }
    return ExitCode.DONE;
  }

  private static String line(StoredContent signature) throws FormatException {
    return switch (signature.form()) {
      case BUNDLE -> JsonLine.of(signature.bytes());
      case TAG -> tagForm(signature).toBytes().toUtf8();
    };
  }

  /// In cosign's names.
  private static JsonObject tagForm(StoredContent signature) throws FormatException {
    var text = signature.annotations().getOrDefault("dev.cosignproject.cosign/signature", "");
    return JsonObject.empty()
        .with("Base64Signature", text)
        .with("Payload", Base64Text.encode(signature.bytes()))
        .with("Cert", certificate(signature))
        .with("Chain", chain(signature))
        .with("Bundle", json(signature, "bundle"))
        .with("RFC3161Timestamp", json(signature, "rfc3161timestamp"));
  }

  private static JsonValue json(StoredContent signature, String name) throws FormatException {
    var text = signature.annotations().getOrDefault(PREFIX + name, "");
    return text.isEmpty() ? new JsonNull() : JsonValue.parse(Bytes.utf8(text));
  }

  private static JsonValue certificate(StoredContent signature) throws FormatException {
    var pem = signature.annotations().getOrDefault(PREFIX + "certificate", "");
    return pem.isEmpty() ? new JsonNull() : raw(pem);
  }

  private static JsonValue chain(StoredContent signature) throws FormatException {
    var rest = signature.annotations().getOrDefault(PREFIX + "chain", "");
    if (rest.isEmpty()) {
      return new JsonNull();
    }
    var certificates = new ArrayList<JsonValue>();
    for (int end = rest.indexOf(END); end >= 0; end = rest.indexOf(END)) {
      certificates.add(raw(rest));
      rest = rest.substring(end + END.length());
    }
    return new JsonArray(certificates);
  }

  /// Of the many members that Go's certificates have, the one that holds the others.
  private static JsonObject raw(String pem) throws FormatException {
    return JsonObject.empty().with("Raw", Base64Text.encode(Pem.parseFirst(pem).content()));
  }
}
