package dev.countersign;

import dev.countersign.format.FormatException;
import dev.countersign.key.PrivateKey;
import dev.countersign.key.PublicKey;
import dev.countersign.policy.Decision;
import java.io.IOException;
import java.util.Map;

/// The code that the front door's Javadoc shows; [FrontDoorTest] runs it.
final class FrontDoorExample {
  private FrontDoorExample() {}

  // @start region="verify"
  static String whatToRun(Map<String, String> environment, String image, String pem)
      throws FormatException {
    var key = PublicKey.parsePem(pem);
    try (var countersign = Countersign.open(environment)) {
      return switch (countersign.verify(image, key)) {
        case Decision.Allowed allowed -> "run " + allowed.image();
        case Decision.Denied denied -> "refuse: " + denied.denial().text();
        case Decision.Undetermined undetermined -> "try again: " + undetermined.cause();
      };
    }
  }

  // @end

  // @start region="sign"
  static String sign(Map<String, String> environment, String image, PrivateKey key)
      throws FormatException, IOException {
    try (var countersign = Countersign.open(environment)) {
      return "deploy " + countersign.sign(image, key);
    }
  }
  // @end
}
