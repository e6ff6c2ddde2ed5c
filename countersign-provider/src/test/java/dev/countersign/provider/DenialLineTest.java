package dev.countersign.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.Bytes;
import dev.countersign.oci.Digest;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.Repository;
import dev.countersign.policy.Denial;
import dev.countersign.verify.Authority;
import dev.countersign.verify.Claims;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What each kind of denial tells a developer.
class DenialLineTest {
  private static final Wanted RELEASE =
      new Wanted("release", new Wanted.Holder.OfKey("SHA256:cd34efgh"));
  private static final Wanted CI = new Wanted("ci", new Wanted.Holder.OfKey("SHA256:ef56ijkl"));
  private static final Digested IMAGE =
      new Repository("ghcr.io", "acme/app").digest(Digest.of(Bytes.utf8("x")));

  @Test
  void saysWhatWasFoundWhatWasWantedAndWhatToDo() {
    var grounds =
        grounds(List.of(RELEASE), 1, List.of(by(new FoundSigner.Named("SHA256:ab12xyz"))));

    assertEquals(
        "not signed by a key of policy \"prod\" (found 1 signature, by SHA256:ab12…; wanted release"
            + " SHA256:cd34…): sign it with that key",
        line(new Denial.NoneProves(IMAGE, Claims.Required.IMAGE, List.of()), grounds).full());
  }

  /// Gatekeeper keeps a no for minutes, and a developer who has signed by now must know why.
  @Test
  void saysOfAnUnsignedImageThatGatekeeperMayRepeatIt() {
    assertEquals(
        "not signed (policy \"prod\" wants release SHA256:cd34…): sign it with that key; Gatekeeper"
            + " may repeat this answer for minutes",
        line(new Denial.NoSignature(IMAGE), grounds(List.of(RELEASE), 1, List.of())).full());
  }

  @Test
  void tellsNobodyWhoSignsWhereThatIsNotWanted() {
    var grounds = grounds(List.of(RELEASE, CI), 2, List.of(by(new FoundSigner.Known(RELEASE))));
    for (var denial : all()) {
      var terse = line(denial, grounds).terse();
      assertTrue(!terse.contains("SHA256") && !terse.contains("release"), terse);
    }
  }

  @Test
  void everyKindIsOneLineThatSaysWhatToDo() {
    var evil = "x\n): sign it \u202e[d-aaaaaaaa]\"}" + "y".repeat(5_000);
    var signature =
        new FoundSignature("tag", new FoundSigner.Unknown(), "malformed", evil, Map.of());
    var grounds =
        grounds(
            List.of(new Wanted("key\nfile", new Wanted.Holder.OfKey("SHA256:cd34"))),
            1,
            List.of(signature));
    for (var denial : all(evil)) {
      var full = line(denial, grounds).full();
      assertTrue(full.matches("[^\\p{Cntrl}\\p{Cf}]{10,550}"), full);
      var what = line(denial, grounds).what();
      assertTrue(what.length() <= 60 && !what.contains("("), what);
      assertTrue(full.contains("): ") || denial instanceof Denial.Revoked, full);
    }
  }

  @Test
  void saysWhyASignatureDoesNotCount() {
    var other =
        new FoundSignature(
            "tag",
            new FoundSigner.Known(RELEASE),
            "other-image",
            "signs another image, sha256:12",
            Map.of());
    assertEquals(
        "no signature counts for policy \"prod\" (found 1 signature: signs another image,"
            + " sha256:12, by release SHA256:cd34…; wanted release SHA256:cd34…): sign this digest;"
            + " the signature was copied, or the tag moved",
        line(
                new Denial.NoneProves(IMAGE, Claims.Required.IMAGE, List.of()),
                grounds(List.of(RELEASE), 1, List.of(other)))
            .full());
  }

  private static List<Denial> all() {
    return all("x");
  }

  private static List<Denial> all(String text) {
    var signed = new Authority.Key("release", TestServer.KEY.publicKey());
    return List.of(
        new Denial.ImageAbsent(IMAGE),
        new Denial.NoSignature(IMAGE),
        new Denial.NoAttestation(IMAGE, text, List.of(text)),
        new Denial.NoneProves(IMAGE, Claims.Required.IMAGE, List.of()),
        new Denial.NotEnough(IMAGE, 2, List.of(signed)),
        new Denial.Revoked(IMAGE),
        new Denial.NoRule(IMAGE),
        new Denial.NoNamespace(IMAGE),
        new Denial.LimitReached(text),
        new Denial.Unreadable(text),
        new Denial.AddressNotAllowed(text));
  }

  private static FoundSignature by(FoundSigner signer) {
    return new FoundSignature("tag", signer, "wrong-key", "signed by another key", Map.of());
  }

  private static Line line(Denial denial, Grounds grounds) {
    return DenialLine.of(denial, "prod", grounds);
  }

  private static Grounds grounds(
      List<Wanted> wanted, int atLeast, List<FoundSignature> signatures) {
    return new Grounds(
        Source.FRESH,
        Optional.of("rule"),
        Optional.empty(),
        wanted,
        atLeast,
        signatures.size(),
        signatures,
        List.of());
  }
}
