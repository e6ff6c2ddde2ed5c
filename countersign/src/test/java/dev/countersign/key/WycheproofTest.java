package dev.countersign.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.Conformance;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// C2SP/wycheproof's signature vectors: all valid ones are accepted, all others refused.
///
/// One is `acceptable`: an RSA signature whose DigestInfo lacks the NULL. It is refused, as Go
/// does: nobody who signs for cosign makes such ones, and one spelling is easier to compare than
/// two.
class WycheproofTest {
  @ParameterizedTest
  @CsvSource({
    "ecdsa_secp256r1_sha256_test.json, sha256, 484",
    "ecdsa_secp384r1_sha256_test.json, sha256, 472",
    "ecdsa_secp384r1_sha384_test.json, sha384, 504",
    "ecdsa_secp521r1_sha512_test.json, sha512, 542",
    "ed25519_test.json, ed25519, 151",
    "rsa_signature_2048_sha256_test.json, sha256, 259"
  })
  void acceptsValidSignaturesOnly(String file, String scheme, int least) throws Exception {
    var json = read(file);

    var verdicts = new ArrayList<String>();
    var wrong = new ArrayList<String>();
    for (var group : json.getArray("testGroups")) {
      var key = PublicKey.parseDer(hex(group.asObject("a group").getString("publicKeyDer")));
      for (var test : group.asObject("a group").getArray("tests")) {
        var vector = test.asObject("a test");
        var verdict = verdict(key, vector);
        verdicts.add(verdict);
        if (!verdict.equals(vector.getString("result").equals("valid") ? scheme : "refused")) {
          wrong.add(vector.getLong("tcId") + " " + vector.getString("comment") + ": " + verdict);
        }
      }
    }

    assertEquals(List.of(), wrong);
    assertTrue(verdicts.size() >= least, verdicts.size() + " vectors");
  }

  private static JsonObject read(String file) throws IOException, FormatException {
    var path = Conformance.path("wycheproof/" + file);
    return JsonValue.parseObject(Bytes.copyOf(Files.readAllBytes(path)));
  }

  private static String verdict(PublicKey key, JsonObject vector) throws FormatException {
    return key.verify(hex(vector.getString("msg")), hex(vector.getString("sig")))
        .map(SignatureScheme::toString)
        .orElse("refused");
  }

  private static Bytes hex(String hex) {
    return Bytes.copyOf(HexFormat.of().parseHex(hex));
  }
}
