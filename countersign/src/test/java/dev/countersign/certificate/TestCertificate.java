package dev.countersign.certificate;

import dev.countersign.der.DerReader;
import dev.countersign.der.DerWriter;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.key.SoftwareKey;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// A certificate to be issued, with whatever is wrong in it.
///
/// @param issuer empty for a root
/// @param purposes hex of object identifiers
/// @param subjectUri a subject alternative name
/// @param tokenIssuer what Fulcio writes of the token
/// @param others more extensions, each DER
public record TestCertificate(
    String name,
    Optional<Issued> issuer,
    Instant from,
    Instant until,
    boolean isAuthority,
    List<String> purposes,
    Optional<String> subjectUri,
    Optional<String> tokenIssuer,
    List<byte[]> others) {
  public static final String CODE_SIGNING = "2b06010505070303";
  public static final String TIME_STAMPING = "2b06010505070308";

  /// In the middle of every certificate's life, unless it is said otherwise.
  public static final Instant NOON = Instant.parse("2026-02-03T12:00:00Z");

  private static final String ECDSA_SHA256 = "2a8648ce3d040302";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  /// A certificate and the key that it is about.
  public record Issued(String name, Certificate certificate, SoftwareKey key) {}

  public static TestCertificate root(String name) {
    return new TestCertificate(
        name,
        Optional.empty(),
        NOON.minus(Duration.ofDays(1)),
        NOON.plus(Duration.ofDays(1)),
        true,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  public static TestCertificate intermediate(String name, Issued issuer) {
    return root(name).by(issuer);
  }

  /// As Fulcio issues them, for two hours.
  public static TestCertificate signer(Issued issuer, String subject, String tokenIssuer) {
    return new TestCertificate(
        "",
        Optional.of(issuer),
        NOON.minus(Duration.ofHours(1)),
        NOON.plus(Duration.ofHours(1)),
        false,
        List.of(CODE_SIGNING),
        Optional.of(subject),
        Optional.of(tokenIssuer),
        List.of());
  }

  public TestCertificate by(Issued newIssuer) {
    return new TestCertificate(
        name,
        Optional.of(newIssuer),
        from,
        until,
        isAuthority,
        purposes,
        subjectUri,
        tokenIssuer,
        others);
  }

  public TestCertificate valid(Instant newFrom, Instant newUntil) {
    return new TestCertificate(
        name, issuer, newFrom, newUntil, isAuthority, purposes, subjectUri, tokenIssuer, others);
  }

  public TestCertificate forPurposes(String... newPurposes) {
    return new TestCertificate(
        name,
        issuer,
        from,
        until,
        isAuthority,
        List.of(newPurposes),
        subjectUri,
        tokenIssuer,
        others);
  }

  public TestCertificate authority(boolean newIsAuthority) {
    return new TestCertificate(
        name, issuer, from, until, newIsAuthority, purposes, subjectUri, tokenIssuer, others);
  }

  /// With one more extension, which is not critical.
  public TestCertificate with(String oid, byte[] value) {
    var all = new ArrayList<>(others);
    all.add(DerWriter.sequence(DerWriter.objectIdentifier(oid), DerWriter.octetString(value)));
    return new TestCertificate(
        name, issuer, from, until, isAuthority, purposes, subjectUri, tokenIssuer, all);
  }

  /// Issues it for a new key.
  public Issued issue() throws FormatException {
    return issue(SoftwareKey.generate(new SecureRandom()));
  }

  public Issued issue(SoftwareKey key) throws FormatException {
    return issue(key, new BigInteger(64, new SecureRandom()).setBit(62).clearBit(63));
  }

  Issued issue(SoftwareKey key, BigInteger number) throws FormatException {
    var issuerName = issuer.map(Issued::name).orElse(name);
    var tbs =
        DerWriter.sequence(
            DerWriter.element(0xa0, DerWriter.integer(BigInteger.TWO)),
            DerWriter.integer(number),
            algorithm(),
            distinguishedName(issuerName),
            DerWriter.sequence(time(from), time(until)),
            distinguishedName(name),
            key.publicKey().spki().toArray(),
            DerWriter.element(0xa3, DerWriter.sequence(extensions())));
    var signature = issuer.map(Issued::key).orElse(key).sign(Bytes.copyOf(tbs));
    var certificate =
        DerWriter.sequence(tbs, algorithm(), DerWriter.bitString(signature.toArray()));
    return new Issued(name, Certificate.parse(Bytes.copyOf(certificate)), key);
  }

  private static byte[] algorithm() {
    return DerWriter.sequence(DerWriter.objectIdentifier(ECDSA_SHA256));
  }

  private static byte[] distinguishedName(String name) {
    return name.isEmpty()
        ? DerWriter.sequence()
        : DerWriter.sequence(
            DerWriter.element(
                DerReader.SET,
                DerWriter.sequence(
                    DerWriter.objectIdentifier("550403"),
                    DerWriter.element(DerReader.UTF8_STRING, utf8(name)))));
  }

  private static byte[] time(Instant time) {
    return DerWriter.element(0x17, TIME.format(time).getBytes(StandardCharsets.US_ASCII));
  }

  private byte[][] extensions() {
    var extensions = new ArrayList<byte[]>();
    extensions.add(
        extension(
            "551d13",
            DerWriter.sequence(isAuthority ? HexFormat.of().parseHex("0101ff") : new byte[0])));
    extensions.add(
        extension("551d0f", HexFormat.of().parseHex(isAuthority ? "03020106" : "03020780")));
    if (!purposes.isEmpty()) {
      extensions.add(
          extension(
              "551d25",
              DerWriter.sequence(
                  purposes.stream().map(DerWriter::objectIdentifier).toArray(byte[][]::new))));
    }
    subjectUri.ifPresent(uri ->
        extensions.add(
            extension("551d11", DerWriter.sequence(DerWriter.element(0x86, utf8(uri))))));
    tokenIssuer.ifPresent(text ->
        extensions.add(
            DerWriter.sequence(
                DerWriter.objectIdentifier("2b0601040183bf300108"),
                DerWriter.octetString(DerWriter.element(DerReader.UTF8_STRING, utf8(text))))));
    extensions.addAll(others);
    return extensions.toArray(byte[][]::new);
  }

  /// A critical one.
  private static byte[] extension(String oid, byte[] value) {
    return DerWriter.sequence(
        DerWriter.objectIdentifier(oid),
        HexFormat.of().parseHex("0101ff"),
        DerWriter.octetString(value));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
