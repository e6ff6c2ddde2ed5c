package dev.countersign.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.key.SoftwareKey;
import dev.countersign.oci.Digest;
import dev.countersign.oci.ImageReference.Digested;
import dev.countersign.oci.Repository;
import dev.countersign.signature.Envelope;
import dev.countersign.signature.Evidence;
import dev.countersign.signature.Evidence.Gap;
import dev.countersign.signature.Signature;
import dev.countersign.signature.SimpleSigning;
import dev.countersign.signature.Statement;
import dev.countersign.trust.Validity;
import dev.countersign.verify.Authority;
import dev.countersign.verify.Claims;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DecisionTest {
  private static final SoftwareKey KEY = SoftwareKey.generate(new SecureRandom());
  private static final SoftwareKey OTHER_KEY = SoftwareKey.generate(new SecureRandom());
  private static final Requirement BY_KEY =
      Requirement.anyOf(new Authority.Key("cosign.pub", KEY.publicKey()));
  private static final Digested IMAGE =
      new Repository("ghcr.io", "acme/app").digest(Digest.of(Bytes.utf8("image")));
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final Gap FAULT = new Gap.Fault("registry down");
  private static final Gap LIMIT = new Gap.Limit("1000 signatures");

  @Test
  void allowsASignedImage() {
    var decision = decide(List.of(signedBy(KEY)));

    assertEquals(IMAGE, assertInstanceOf(Decision.Allowed.class, decision).image());
  }

  @Test
  void deniesAnUnsignedImage() {
    assertEquals("no-signature", denial(decide(List.of())).code());
  }

  @Test
  void deniesAnImageSignedByAnother() {
    var denial = denial(decide(List.of(signedBy(OTHER_KEY))));

    assertEquals("no-matching-signature", denial.code());
    assertEquals(
        "no matching signatures for %s: signed by another key (wanted: cosign.pub)"
            .formatted(IMAGE),
        denial.text());
  }

  @Test
  void speaksOfAttestationsWhereThoseAreWanted() {
    for (var claims :
        List.of(new Claims.Attestation("urn:x"), new Claims.InsecureAttestation("urn:x"))) {
      var wanted = new Requirement(BY_KEY.authorities(), claims);
      var malformed = new Evidence(List.of(new Signature.Malformed("garbage")), List.of());

      assertEquals(
          "no matching attestations for %s: malformed: garbage (wanted: cosign.pub)"
              .formatted(IMAGE),
          denial(Decision.decide(IMAGE, malformed, wanted, NOW)).text());
      assertEquals(
          "no-attestation", denial(Decision.decide(IMAGE, Evidence.NONE, wanted, NOW)).code());
    }
  }

  @Test
  void acceptsOneGoodSignatureBesideBadOnesInEitherOrder() {
    var bad = new Signature.Malformed("garbage");

    for (var signatures :
        List.of(
            List.of(signedBy(KEY), bad, signedBy(OTHER_KEY)),
            List.of(bad, signedBy(OTHER_KEY), signedBy(KEY)))) {
      var allowed = assertInstanceOf(Decision.Allowed.class, decide(signatures));
      assertEquals(1, allowed.proofs().size());
    }
  }

  @Test
  void letsAnyAuthoritySuffice() {
    var either =
        Requirement.anyOf(
            new Authority.Key("old", OTHER_KEY.publicKey()),
            new Authority.Key("new", KEY.publicKey()));
    var evidence = new Evidence(List.of(signedBy(KEY)), List.of());

    var allowed =
        assertInstanceOf(Decision.Allowed.class, Decision.decide(IMAGE, evidence, either, NOW));

    assertEquals("new", allowed.proofs().getFirst().authority().name());
  }

  @Test
  void demandsAsManyAuthoritiesAsItSays() {
    var third = SoftwareKey.generate(new SecureRandom());
    var two =
        new Requirement(
            List.of(authority("a", KEY), authority("b", OTHER_KEY), authority("c", third)),
            2,
            Claims.Required.IMAGE);

    assertInstanceOf(Decision.Allowed.class, decide(two, NOW, signedBy(KEY), signedBy(third)));
    assertEquals("not-enough-signatures", denial(decide(two, NOW, signedBy(KEY))).code());
    assertEquals(
        "not-enough-signatures", denial(decide(two, NOW, signedBy(KEY), signedBy(KEY))).code());
    assertEquals("no-signature", denial(decide(two, NOW)).code());
  }

  /// One key under two names would be two of two.
  @Test
  void refusesOneKeyUnderTwoNames() {
    assertThrows(
        IllegalArgumentException.class,
        () -> Requirement.anyOf(authority("a", KEY), authority("b", KEY)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Requirement(List.of(authority("a", KEY)), 2, Claims.Required.IMAGE));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Requirement(List.of(authority("a", KEY)), 0, Claims.Required.IMAGE));
  }

  @Test
  void countsAnAuthorityOnlyWhileItIsValid() {
    var day = new Validity(NOW, NOW.plusSeconds(86_400));
    var bounded = Requirement.anyOf(new Authority.Key("release", KEY.publicKey(), day));

    assertInstanceOf(Decision.Allowed.class, decide(bounded, NOW, signedBy(KEY)));
    assertInstanceOf(
        Decision.Allowed.class, decide(bounded, NOW.plusSeconds(86_400), signedBy(KEY)));
    for (var moment : List.of(NOW.minusNanos(1), NOW.plusSeconds(86_401))) {
      assertTrue(
          denial(decide(bounded, moment, signedBy(KEY))).text().contains("its key counts from"));
    }
  }

  private static Authority authority(String name, SoftwareKey key) {
    return new Authority.Key(name, key.publicKey());
  }

  private static Decision decide(Requirement requirement, Instant now, Signature... signatures) {
    return Decision.decide(
        IMAGE, new Evidence(Arrays.asList(signatures), List.of()), requirement, now);
  }

  @Test
  void letsAFaultDecideOnlyWhenNothingProvedTheImage() {
    assertInstanceOf(Decision.Allowed.class, decide(List.of(signedBy(KEY)), FAULT));
    assertEquals(
        "registry down",
        assertInstanceOf(Decision.Undetermined.class, decide(List.of(signedBy(OTHER_KEY)), FAULT))
            .cause());
    assertInstanceOf(Decision.Undetermined.class, decide(List.of(), FAULT));
  }

  @Test
  void namesTheLimitThatWasReachedWithoutProof() {
    assertInstanceOf(Decision.Allowed.class, decide(List.of(signedBy(KEY)), LIMIT));
    assertTrue(denial(decide(List.of(signedBy(OTHER_KEY)), LIMIT)).text().contains("1000"));
  }

  @Test
  void saysWhatCannotBeReadWhenNothingProvedTheImage() {
    var unreadable = new Gap.Unreadable("the index x: expected JSON");

    assertInstanceOf(Decision.Allowed.class, decide(List.of(signedBy(KEY)), unreadable));
    assertEquals("unreadable", denial(decide(List.of(), unreadable)).code());
  }

  @Test
  void prefersTheFaultToTheLimitSinceAskingAgainMayHelp() {
    assertInstanceOf(Decision.Undetermined.class, decide(List.of(), LIMIT, FAULT));
  }

  @Test
  void refusesARequirementWithoutAuthorities() {
    assertThrows(
        IllegalArgumentException.class, () -> new Requirement(List.of(), Claims.Required.IMAGE));
  }

  @Test
  void keepsTheReasonOneLineHoweverManySignaturesThereAre() {
    var signatures =
        Stream.iterate(0, i -> i + 1)
            .limit(1_000)
            .<Signature>map(i -> new Signature.Malformed("problem " + i))
            .toList();

    var text = denial(decide(signatures)).text();

    assertTrue(text.endsWith("; and 997 other reasons"), text);
  }

  @Test
  void namesThreeReasonsWithoutSayingThatThereAreOthers() {
    var signatures =
        Stream.of("one", "two", "three").<Signature>map(Signature.Malformed::new).toList();

    var text = denial(decide(signatures)).text();

    assertTrue(text.endsWith("malformed: three (wanted: cosign.pub)"), text);
  }

  @Test
  void namesTheTypesOfTheAttestationsThatAreThereInstead() throws FormatException {
    var wanted =
        new Requirement(BY_KEY.authorities(), new Claims.Attestation("https://spdx.dev/Document"));
    var others = Stream.of("https://b.example", "https://a.example", "https://b.example");
    var found = new ArrayList<Signature>();
    for (var type : others.toList()) {
      found.add(attestation(type));
    }

    var denial = denial(Decision.decide(IMAGE, new Evidence(found, List.of()), wanted, NOW));
    assertEquals("no-attestation", denial.code());
    assertEquals(
        ("none of the attestations of %s matched the predicate type: https://spdx.dev/Document,"
                + " found: https://a.example,https://b.example")
            .formatted(IMAGE),
        denial.text());

    var none = denial(Decision.decide(IMAGE, Evidence.NONE, wanted, NOW));
    assertEquals("no attestations found for " + IMAGE, none.text());
  }

  @Test
  void decidesOnWhatWasGatheredAsOnTheEvidence() {
    var found = new Gathered.Found(IMAGE, new Evidence(List.of(signedBy(KEY)), List.of()));

    assertInstanceOf(Decision.Allowed.class, found.decide(BY_KEY, NOW));
    assertEquals("image-absent", denial(new Gathered.Absent(IMAGE).decide(BY_KEY, NOW)).code());
    assertInstanceOf(Decision.Undetermined.class, new Gathered.Failed(FAULT).decide(BY_KEY, NOW));
  }

  @Test
  void namesThoseWhoSignedWhenTheyAreTooFew() {
    var signed = List.<Authority>of(authority("a", KEY), authority("b", OTHER_KEY));

    assertEquals(
        "expected signatures by 3 authorities for %s, got 2, by a, b".formatted(IMAGE),
        new Denial.NotEnough(IMAGE, 3, signed).text());
  }

  @Test
  void isNoYesWithoutAProof() {
    assertThrows(IllegalArgumentException.class, () -> new Decision.Allowed(IMAGE, List.of()));
  }

  private static Signature attestation(String type) throws FormatException {
    var subject = Statement.Subject.of("app", IMAGE.digest());
    var statement = Statement.attestation(subject, type, Bytes.utf8("{}")).toBytes();
    var signature = KEY.sign(Envelope.encode(Envelope.IN_TOTO, statement));
    return new Signature.Attested(
        new Envelope(Envelope.IN_TOTO, statement, List.of(signature)), Optional.empty());
  }

  private static Decision decide(List<Signature> signatures, Gap... gaps) {
    return Decision.decide(IMAGE, new Evidence(signatures, Arrays.asList(gaps)), BY_KEY, NOW);
  }

  private static Denial denial(Decision decision) {
    return assertInstanceOf(Decision.Denied.class, decision).denial();
  }

  private static Signature signedBy(SoftwareKey key) {
    var payload = SimpleSigning.of("ghcr.io/acme/app", IMAGE.digest(), Map.of()).toBytes();
    return new Signature.Simple(
        new SimpleSigning.Sealed(payload, key.sign(payload)), Optional.empty());
  }
}
