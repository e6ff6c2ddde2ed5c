package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProviderRequestTest {
  @Test
  void readsEachKeyOnceInTheOrderOfFirstMention() throws Exception {
    var request = ProviderRequest.parse(Bytes.utf8(Gatekeeper.request("b", "a", "b", "")));

    assertEquals(List.of("b", "a", ""), request.keys());
  }

  @Test
  void anyBytesAreARequestOrARefusal() {
    long seed = 20_260_103;
    var random = new Random(seed);
    var good = Gatekeeper.utf8(Gatekeeper.request("ghcr.io/a/b:1", "policy=a|nginx", "é<&>"));
    for (int i = 0; i < 20_000; i++) {
      var bytes = good.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        var request = ProviderRequest.parse(Bytes.copyOf(bytes));

        assertTrue(request.keys().size() <= 3, "seed " + seed + ", round " + i);
      } catch (FormatException e) {
        assertFalse(e.problem().isBlank(), "seed " + seed + ", round " + i);
      }
    }
  }
}
