package dev.countersign.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class FakeFulcioTest {
  private static final String MAIL = "alice@example.com";

  @Test
  void believesTokensOfItsIssuerOnly() throws Exception {
    try (var issuer = FakeIssuer.start();
        var other = FakeIssuer.start()) {
      var url = issuer.url();
      assertEquals(
          new IdentityToken(url.toString(), MAIL), IdentityToken.check(issuer.token(MAIL), url));
      for (var token :
          new String[] {
            issuer.expiredToken(MAIL),
            issuer.forgedToken(MAIL),
            issuer.tokenFor(MAIL, "somebody"),
            other.token(MAIL),
            issuer.token(MAIL).replaceFirst("\\.", ".A"),
            "none"
          }) {
        assertThrows(Refusal.class, () -> IdentityToken.check(token, url), token);
      }
    }
  }
}
