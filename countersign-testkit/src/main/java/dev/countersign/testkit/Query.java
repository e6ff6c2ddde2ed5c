package dev.countersign.testkit;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The parameters of a query or of a form, decoded, in order.
final class Query {
  private final List<Parameter> parameters = new ArrayList<>();

  private record Parameter(String name, String value) {}

  static Query parse(String text) throws Refusal {
    var query = new Query();
    for (var part : text.split("&", -1)) {
      var equals = part.indexOf('=');
      var name = equals < 0 ? part : part.substring(0, equals);
      query.parameters.add(
          new Parameter(decode(name), equals < 0 ? "" : decode(part.substring(equals + 1))));
    }
    return query;
  }

  private static String decode(String text) throws Refusal {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Refusal(ErrorCode.UNSUPPORTED, "expected a percent-encoded query, got " + text);
    }
  }

  Optional<String> first(String name) {
    return all(name).stream().findFirst();
  }

  List<String> all(String name) {
    return parameters.stream().filter(p -> p.name.equals(name)).map(Parameter::value).toList();
  }
}
