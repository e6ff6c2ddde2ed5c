package dev.countersign.sigstore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.countersign.HostileInput;
import dev.countersign.format.FormatException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentityTokenTest {
  private static String token(String claims) {
    var encoder = Base64.getUrlEncoder().withoutPadding();
    return "e30." + encoder.encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + ".c2ln";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"sub":"repo:acme/app:ref:main"}                           | repo:acme/app:ref:main
          {"sub":"1","email":"a@example.com","email_verified":true}   | a@example.com
          {"sub":"1","email":"a@example.com","email_verified":"true"} | a@example.com
          {"sub":"1","email":""}                                      | 1
          """)
  void namesTheSubject(String claims, String subject) throws Exception {
    assertEquals(subject, IdentityToken.parse(' ' + token(claims) + '\n').subject());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"sub":"1","email":"a@example.com","email_verified":false} | verified
          {"sub":"1","email":"a@example.com"}                        | verified
          {"sub":""}                                                 | a subject
          {}                                                         | a subject
          []                                                         | claims
          """)
  void whoNamesNobodyIsRefused(String claims, String told) {
    var failure = assertThrows(FormatException.class, () -> IdentityToken.parse(token(claims)));
    assertEquals(true, failure.problem().contains(told), failure.problem());
  }

  @Test
  void isNeverPrinted() throws Exception {
    var text = token("{\"sub\":\"secret\"}");
    assertFalse(IdentityToken.parse(text).toString().contains(text));
    var failure =
        assertThrows(FormatException.class, () -> IdentityToken.parse(text + " and more"));
    assertFalse(failure.problem().contains(text));
  }

  @Test
  void survivesHostileInput() {
    HostileInput.attackText(6, IdentityToken::parse, token("{\"sub\":\"repo:acme/app\"}"));
  }
}
