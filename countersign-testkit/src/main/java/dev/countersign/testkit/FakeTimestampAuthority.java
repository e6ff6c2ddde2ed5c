package dev.countersign.testkit;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcDigestCalculatorProvider;
import org.bouncycastle.tsp.TSPAlgorithms;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampResponseGenerator;
import org.bouncycastle.tsp.TimeStampTokenGenerator;

/// A timestamp authority ([RFC 3161](https://www.rfc-editor.org/rfc/rfc3161) over HTTP) at the path
/// `/api/v1/timestamp`, as sigstore's.
public final class FakeTimestampAuthority implements AutoCloseable {
  private static final ASN1ObjectIdentifier POLICY =
      new ASN1ObjectIdentifier("1.3.6.1.4.1.57264.2");
  private static final int MAX_BYTES = 64 << 10;

  /// What can be wrong with a timestamp.
  public enum Lie {
    /// Nothing.
    NONE,
    WRONG_NONCE,
    /// It is about something else.
    WRONG_IMPRINT,
    /// Nobody knows the authority that signed it.
    UNKNOWN_AUTHORITY,
    /// The authority refuses, in the protocol's own words.
    REJECTION
  }

  private final FakeCa root = FakeCa.create();
  private final Identity identity = root.timestampAuthority();
  private final Identity stranger = FakeCa.create().timestampAuthority();
  private final AtomicLong serial = new AtomicLong(1);
  private final AtomicReference<Lie> lie = new AtomicReference<>(Lie.NONE);
  private final LoopbackService service;

  private FakeTimestampAuthority() throws IOException {
    service = LoopbackService.start(this::answer);
  }

  public static FakeTimestampAuthority start() throws IOException {
    return new FakeTimestampAuthority();
  }

  public LoopbackService service() {
    return service;
  }

  /// Where timestamps are asked for.
  public URI url() {
    return URI.create(service.url() + "/api/v1/timestamp");
  }

  /// Lies once, with the next timestamp.
  public void lieNext(Lie next) {
    lie.set(next);
  }

  /// The authority's certificate and its root.
  public String chainPem() {
    return identity.chainPem() + root.certificatePem();
  }

  List<X509Certificate> chain() {
    var chain = new ArrayList<>(identity.chain());
    chain.add(root.certificate());
    return chain;
  }

  private Reply answer(Call call) throws Refusal, IOException {
    if (!call.request().path().equals("/api/v1/timestamp") || !call.method().equals("POST")) {
      throw Routes.notFound();
    }
    var told = lie.getAndSet(Lie.NONE);
    try {
      var request = new TimeStampRequest(call.readBody(MAX_BYTES));
      var generator = generator(told == Lie.UNKNOWN_AUTHORITY ? stranger : identity);
      var response =
          told == Lie.REJECTION
              ? generator.generateRejectedResponse(new TSPException("on demand"))
              : generator.generate(
                  asked(request, told),
                  BigInteger.valueOf(serial.getAndIncrement()),
                  Date.from(Instant.now()));
      return Reply.of(201).body("application/timestamp-reply", response.getEncoded());
    } catch (TSPException e) {
      throw Refusal.plain(400, "expected a timestamp query");
    }
  }

  /// What is answered as if it had been asked.
  private static TimeStampRequest asked(TimeStampRequest request, Lie told) {
    if (told != Lie.WRONG_NONCE && told != Lie.WRONG_IMPRINT) {
      return request;
    }
    var other = new TimeStampRequestGenerator();
    other.setCertReq(request.getCertReq());
    var imprint = request.getMessageImprintDigest();
    var nonce = request.getNonce() == null ? BigInteger.TWO : request.getNonce();
    return told == Lie.WRONG_NONCE
        ? other.generate(request.getMessageImprintAlgOID(), imprint, nonce.add(BigInteger.ONE))
        : other.generate(
            request.getMessageImprintAlgOID(), ServiceKey.sha256(imprint), request.getNonce());
  }

  private static TimeStampResponseGenerator generator(Identity signer) {
    try {
      var tokens =
          new TimeStampTokenGenerator(
              new JcaSimpleSignerInfoGeneratorBuilder()
                  .build("SHA256withECDSA", signer.key(), signer.certificate()),
              sha256(),
              POLICY);
      tokens.addCertificates(new JcaCertStore(signer.chain()));
      return new TimeStampResponseGenerator(tokens, TSPAlgorithms.ALLOWED);
    } catch (GeneralSecurityException | OperatorCreationException | TSPException e) {
      throw new AssertionError(e);
    }
  }

  private static DigestCalculator sha256() throws OperatorCreationException {
    return new BcDigestCalculatorProvider()
        .get(new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256));
  }

  @Override
  public void close() {
    service.close();
  }
}
