package dev.countersign.certificate;

import dev.countersign.certificate.TestCertificate.Issued;
import dev.countersign.der.DerReader;
import dev.countersign.der.DerWriter;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.HashAlgorithm;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// A timestamp to be signed, with whatever is wrong in it.
///
/// @param name how the signer's certificate is named, DER
/// @param info the TSTInfo
/// @param attributes the signed attributes, a SET
public record TestTimestamp(Issued signer, Bytes name, Bytes info, Bytes attributes) {
  public static final String SIGNING_CERTIFICATE = "2a864886f70d010910020c";
  public static final String SIGNING_CERTIFICATE_V2 = "2a864886f70d010910022f";
  private static final String SHA256 = "608648016503040201";
  private static final String ECDSA_SHA256 = "2a8648ce3d040302";

  /// A right one of `content`, whose signer is named by its issuer and bound by its SHA-256.
  public static TestTimestamp of(Bytes content, Issued signer) {
    var x509 = signer.certificate().x509();
    var name =
        DerWriter.sequence(
            x509.getIssuerX500Principal().getEncoded(), DerWriter.integer(x509.getSerialNumber()));
    var none = Bytes.copyOf(DerWriter.element(DerReader.SET));
    return new TestTimestamp(signer, Bytes.copyOf(name), Bytes.copyOf(info(content)), none)
        .bound(SIGNING_CERTIFICATE_V2, id(HashAlgorithm.SHA256.of(signer.certificate().der())));
  }

  private static byte[] info(Bytes content) {
    return DerWriter.sequence(
        DerWriter.integer(BigInteger.ONE),
        DerWriter.objectIdentifier("2b0601040183bf3002"),
        DerWriter.sequence(
            algorithm(SHA256), DerWriter.octetString(HashAlgorithm.SHA256.of(content).toArray())),
        DerWriter.integer(BigInteger.TEN),
        DerWriter.element(0x18, "20260203120000Z".getBytes(StandardCharsets.US_ASCII)),
        DerWriter.sequence(DerWriter.integer(BigInteger.ONE)),
        HexFormat.of().parseHex("0101ff"),
        DerWriter.integer(BigInteger.valueOf(4711)),
        DerWriter.element(0xa0, DerWriter.element(0x82, new byte[] {'t'})),
        DerWriter.element(
            0xa1,
            DerWriter.sequence(
                DerWriter.objectIdentifier("2a03"), DerWriter.octetString(new byte[1]))));
  }

  /// An ESSCertIDv2 with SHA-256, or an ESSCertID.
  public static byte[] id(Bytes hash) {
    return DerWriter.sequence(DerWriter.octetString(hash.toArray()));
  }

  /// An ESSCertIDv2 that names its algorithm.
  public static byte[] id(String algorithm, Bytes hash) {
    return DerWriter.sequence(algorithm(algorithm), DerWriter.octetString(hash.toArray()));
  }

  public TestTimestamp named(byte[] newName) {
    return new TestTimestamp(signer, Bytes.copyOf(newName), info, attributes);
  }

  /// With `attribute` in place of the signing certificate, about certificates with `ids`.
  public TestTimestamp bound(String attribute, byte[]... ids) {
    return with(info, attribute(attribute, DerWriter.sequence(DerWriter.sequence(ids))));
  }

  /// About another TSTInfo, whose hash is signed.
  public TestTimestamp withInfo(Bytes newInfo) throws FormatException {
    var items = DerReader.of(attributes.toArray()).inside(DerReader.SET);
    items.element();
    items.element();
    return with(newInfo, items.element());
  }

  /// With the two attributes that each has, and `other`.
  private TestTimestamp with(Bytes newInfo, byte[] other) {
    var contentType = DerWriter.objectIdentifier(TimestampInfo.TYPE);
    var hash = DerWriter.octetString(HashAlgorithm.SHA256.of(newInfo).toArray());
    var set =
        DerWriter.element(
            DerReader.SET,
            attribute("2a864886f70d010903", contentType),
            attribute("2a864886f70d010904", hash),
            other);
    return new TestTimestamp(signer, name, newInfo, Bytes.copyOf(set));
  }

  /// With these signed attributes, whatever they are.
  public TestTimestamp withAttributes(Bytes set) {
    return new TestTimestamp(signer, name, info, set);
  }

  /// A TimeStampResp with its signature.
  public Bytes sign() {
    return sign(new byte[0], new byte[0]);
  }

  /// With more certificates, and with unsigned attributes.
  public Bytes sign(byte[] certificates, byte[] unsigned) {
    var implicit = attributes.toArray();
    implicit[0] += (byte) (0xa0 - DerReader.SET);
    var signerInfo =
        DerWriter.sequence(
            DerWriter.integer(BigInteger.ONE),
            name.toArray(),
            algorithm(SHA256),
            implicit,
            algorithm(ECDSA_SHA256),
            DerWriter.octetString(signer.key().sign(attributes).toArray()),
            DerWriter.element(0xa1, unsigned));
    var signedData =
        DerWriter.sequence(
            DerWriter.integer(BigInteger.valueOf(3)),
            DerWriter.element(DerReader.SET, algorithm(SHA256)),
            DerWriter.sequence(
                DerWriter.objectIdentifier(TimestampInfo.TYPE),
                DerWriter.element(0xa0, DerWriter.octetString(info.toArray()))),
            DerWriter.element(0xa0, signer.certificate().der().toArray(), certificates),
            DerWriter.element(0xa1),
            DerWriter.element(DerReader.SET, signerInfo));
    return Bytes.copyOf(
        DerWriter.sequence(
            DerWriter.sequence(DerWriter.integer(BigInteger.ZERO)),
            DerWriter.sequence(
                DerWriter.objectIdentifier("2a864886f70d010702"),
                DerWriter.element(0xa0, signedData))));
  }

  static byte[] attribute(String type, byte[] value) {
    return DerWriter.sequence(
        DerWriter.objectIdentifier(type), DerWriter.element(DerReader.SET, value));
  }

  private static byte[] algorithm(String oid) {
    return DerWriter.sequence(DerWriter.objectIdentifier(oid), DerWriter.ofNull());
  }
}
