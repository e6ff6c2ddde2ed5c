package dev.countersign.sigstore;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.registry.Secret;
import java.util.regex.Pattern;

/// What an identity provider says of the signer ([OpenID Connect
/// §2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken)). Whom it is shown can sign
/// in the signer's name while it lasts; it is never printed.
///
/// Nothing in it is verified here: that is the certificate authority's work.
public final class IdentityToken {
  private static final Pattern SHAPE =
      Pattern.compile("[A-Za-z0-9_-]+\\.([A-Za-z0-9_-]+)\\.[A-Za-z0-9_-]+");
  private static final int MAX_CHARACTERS = 64 << 10;

  private final Secret secret;
  private final String subject;

  private IdentityToken(Secret secret, String subject) {
    this.secret = secret;
    this.subject = subject;
  }

  /// Reads a token in its compact form; spaces and line ends around it are left out.
  ///
  /// @throws FormatException if it is none or names nobody; the message holds nothing of it
  public static IdentityToken parse(String text) throws FormatException {
    var token = text.strip();
    var match = SHAPE.matcher(token);
    if (token.length() > MAX_CHARACTERS || !match.matches()) {
      throw new FormatException(
          "expected an identity token (three parts between dots), got another text");
    }
    return new IdentityToken(Secret.of(token), subject(claims(match.group(1))));
  }

  private static JsonObject claims(String part) throws FormatException {
    try {
      return JsonValue.parseObject(decode(part));
    } catch (FormatException e) {
      // Without the cause, whose message may repeat a part of the token.
      throw new FormatException("expected claims in the identity token, got something else");
    }
  }

  private static Bytes decode(String part) throws FormatException {
    return Base64Text.decodeEither(part + "=".repeat((4 - part.length() % 4) % 4));
  }

  /// The mail address, where there is one, else the subject; as Fulcio reads them.
  private static String subject(JsonObject claims) throws FormatException {
    var mail = claims.findString("email").orElse("");
    if (!mail.isEmpty()) {
      if (!isVerified(claims)) {
        throw new FormatException(
            "expected an identity token whose mail address is verified, got one whose is not");
      }
      return mail;
    }
    return claims
        .findString("sub")
        .filter(subject -> !subject.isEmpty())
        .orElseThrow(
            () -> new FormatException("expected a subject in the identity token, got none"));
  }

  private static boolean isVerified(JsonObject claims) {
    return claims
        .find("email_verified")
        .filter(value ->
            value.equals(new JsonValue.JsonBoolean(true))
                || value.equals(new JsonValue.JsonString("true")))
        .isPresent();
  }

  /// Whom it names, as it says.
  public String subject() {
    return subject;
  }

  Secret secret() {
    return secret;
  }

  @Override
  public String toString() {
    return "IdentityToken[redacted]";
  }
}
