package dev.countersign.provider;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/// What Gatekeeper asks: a list of keys, each once, in the order of their first mention.
///
/// `apiVersion` and `kind` are not looked at: all of Gatekeeper's releases send `v1beta1`, whatever
/// the Provider object says, and refusing another word would deny Pods without making any safer.
///
/// @param keys as asked, character for character; each only once, at most [#MAX_KEYS]
public record ProviderRequest(List<String> keys) {
  /// The most different keys in one request.
  public static final int MAX_KEYS = 256;

  /// The longest request, in bytes.
  public static final int MAX_BYTES = 1 << 20;

  public ProviderRequest {
    keys = List.copyOf(new LinkedHashSet<>(keys));
    if (keys.size() > MAX_KEYS) {
      throw new IllegalArgumentException("more than " + MAX_KEYS + " different keys");
    }
  }

  /// Reads the JSON of a `ProviderRequest`; the length of `body` is the reader's to limit.
  ///
  /// @throws FormatException if there is no list of strings `request.keys`, if it holds too many
  ///   different ones, or if the text is not strict JSON (see [JsonValue#parse])
  public static ProviderRequest parse(Bytes body) throws FormatException {
    var items = JsonValue.parseObject(body).getObject("request").getArray("keys");
    var keys = new LinkedHashSet<String>();
    for (var item : items) {
      keys.add(item.asString("a string in \"request.keys\""));
      if (keys.size() > MAX_KEYS) {
        throw new FormatException("expected at most " + MAX_KEYS + " different keys, got more");
      }
    }
    return new ProviderRequest(new ArrayList<>(keys));
  }
}
