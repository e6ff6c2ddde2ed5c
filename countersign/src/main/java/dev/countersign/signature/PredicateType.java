package dev.countersign.signature;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Pattern;

/// What kind of thing an attestation says: a URI, for which cosign has short names.
///
/// @param uri compared exactly
public record PredicateType(String uri, Content content) {
  private static final int MAX_URI = 2_048;
  private static final Pattern URI = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:[\\x21-\\x7e]+");
  private static final List<String> LINK =
      List.of("_type", "name", "command", "materials", "products", "byproducts", "environment");

  /// What the predicate is made of.
  public enum Content {
    /// A JSON object, as it is.
    OBJECT,
    /// An in-toto link, with all its members.
    LINK,
    /// Any text, as one JSON string.
    TEXT,
    /// Any text, in an object with the time.
    DATED_TEXT
  }

  /// The type that is called `name`: one of cosign's names, or a URI.
  ///
  /// @throws FormatException if it is neither
  public static PredicateType parse(String name) throws FormatException {
    return switch (name) {
      case "custom" ->
          new PredicateType("https://cosign.sigstore.dev/attestation/v1", Content.DATED_TEXT);
      case "slsaprovenance", "slsaprovenance02" -> object("https://slsa.dev/provenance/v0.2");
      case "slsaprovenance1" -> object("https://slsa.dev/provenance/v1");
      case "spdx" -> new PredicateType("https://spdx.dev/Document", Content.TEXT);
      case "spdxjson" -> object("https://spdx.dev/Document");
      case "cyclonedx" -> object("https://cyclonedx.org/bom");
      case "link" -> new PredicateType("https://in-toto.io/Link/v1", Content.LINK);
      case "vuln" -> object("https://cosign.sigstore.dev/attestation/vuln/v1");
      case "openvex" -> object("https://openvex.dev/ns");
      default -> ofUri(name);
    };
  }

  private static PredicateType object(String uri) {
    return new PredicateType(uri, Content.OBJECT);
  }

  private static PredicateType ofUri(String text) throws FormatException {
    if (text.length() > MAX_URI || !URI.matcher(text).matches()) {
      throw new FormatException(
          "expected a predicate type (slsaprovenance, slsaprovenance02, slsaprovenance1, link,"
              + " spdx, spdxjson, cyclonedx, vuln, openvex, custom) or a URI, got \""
              + OneLine.of(text)
              + '"');
    }
    return text.equals("https://cosign.sigstore.dev/attestation/v1")
        ? parse("custom")
        : object(text);
  }

  /// The predicate's JSON text for what a file of this type holds.
  ///
  /// @param now becomes part of it where the type has a time
  /// @throws FormatException if the file holds something else
  public Bytes predicate(Bytes file, Instant now) throws FormatException {
    return switch (content) {
      case OBJECT -> JsonValue.parseObject(file).toBytes();
      case LINK -> link(JsonValue.parseObject(file)).toBytes();
      case TEXT -> new JsonValue.JsonString(file.toUtf8()).toBytes();
      case DATED_TEXT ->
          JsonObject.empty()
              .with("Data", file.toUtf8())
              .with("Timestamp", now.truncatedTo(ChronoUnit.SECONDS).toString())
              .toBytes();
    };
  }

  private static JsonObject link(JsonObject link) throws FormatException {
    for (var name : LINK) {
      if (!link.members().containsKey(name)) {
        throw new FormatException("expected the member \"" + name + "\" of a link, got none");
      }
    }
    return link;
  }
}
