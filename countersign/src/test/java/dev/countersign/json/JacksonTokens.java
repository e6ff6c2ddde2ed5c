package dev.countersign.json;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/// A second reading of JSON, by another library.
final class JacksonTokens {
  static final List<String> REFUSED = List.of("refused");

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(JsonValue.MAX_DEPTH)
                  .maxNameLength(JsonReader.MAX_NAME)
                  .build())
          .build();

  private JacksonTokens() {}

  /// The texts of all tokens of the one value in `text`, or [#REFUSED].
  static List<String> of(Bytes text) {
    try (var parser = JSON.createParser(ObjectReadContext.empty(), text.toUtf8())) {
      var tokens = new ArrayList<String>();
      int depth = 0;
      do {
        var token = parser.nextToken();
        // Jackson looks at the length of a number only where it is asked for its value.
        if (token == null
            || (token.isNumeric() && parser.getString().length() > JsonReader.MAX_NUMBER)) {
          return REFUSED;
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        tokens.add(parser.getString());
      } while (depth > 0);
      return parser.nextToken() == null && tokens.stream().allMatch(JacksonTokens::isText)
          ? tokens
          : REFUSED;
    } catch (JacksonException | FormatException e) {
      return REFUSED;
    }
  }

  /// Without lone surrogates, which UTF-8 cannot write.
  private static boolean isText(String text) {
    return java.nio.charset.StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }
}
