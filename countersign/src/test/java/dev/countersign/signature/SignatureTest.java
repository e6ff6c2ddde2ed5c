package dev.countersign.signature;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SignatureTest {
  @Test
  void callsItsFormsAsPeopleDo() {
    assertEquals("tag", Signature.Form.TAG.toString());
    assertEquals("bundle", Signature.Form.BUNDLE.toString());
  }
}
