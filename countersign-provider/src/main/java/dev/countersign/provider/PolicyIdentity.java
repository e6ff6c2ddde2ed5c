package dev.countersign.provider;

import dev.countersign.certificate.FulcioExtension;
import dev.countersign.format.FormatException;
import dev.countersign.verify.ExpressionLanguage;
import dev.countersign.verify.IdentityMatch;
import dev.countersign.verify.TextMatch;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/// Reads `keyless` of an authority: whom its certificates must name. Expressions match in full.
final class PolicyIdentity {
  private PolicyIdentity() {}

  static IdentityMatch read(PolicyNode node) throws FormatException {
    return new IdentityMatch(text(node, "subject"), text(node, "issuer"), extensions(node));
  }

  private static TextMatch text(PolicyNode node, String name) throws FormatException {
    var exact = node.find(name);
    var expression = node.find(name + "RegExp", PolicyIdentity::whole);
    if (exact.isPresent() == expression.isPresent()) {
      throw node.problem("expected one of " + name + " and " + name + "RegExp");
    }
    return expression.orElseGet(() -> new TextMatch.Exact(exact.orElseThrow()));
  }

  private static TextMatch whole(String expression) throws FormatException {
    for (var language : ServiceLoader.load(ExpressionLanguage.class)) {
      return language.whole(expression);
    }
    throw new FormatException("this program was built without expressions");
  }

  private static Map<FulcioExtension, TextMatch> extensions(PolicyNode node)
      throws FormatException {
    var wanted = new EnumMap<FulcioExtension, TextMatch>(FulcioExtension.class);
    for (var member : node.texts("extensions").entrySet()) {
      wanted.put(extension(node, member.getKey()), new TextMatch.Exact(member.getValue()));
    }
    return wanted;
  }

  private static FulcioExtension extension(PolicyNode node, String name) throws FormatException {
    for (var extension : FulcioExtension.values()) {
      if (extension.toString().equals(name) && !name.equals("issuer")) {
        return extension;
      }
    }
    var known =
        Arrays.stream(FulcioExtension.values())
            .map(FulcioExtension::toString)
            .filter(one -> !one.equals("issuer"))
            .collect(Collectors.joining(", "));
    throw node.problem("extensions." + name + ": expected one of " + known);
  }
}
