package dev.countersign.testkit;

import java.util.EnumSet;
import java.util.Set;

/// How an [InProcessRegistry] is to behave.
///
/// @param pageSize the most entries in one page of tags or referrers
/// @param maxBytes of all that is kept: blobs, manifests, uploads that have not ended
public record InProcessOptions(
    Transport transport, Auth auth, Set<Quirk> quirks, int pageSize, long maxBytes) {
  /// Plain HTTP on 127.0.0.1, open to all, by the specification, 256 MiB.
  public static final InProcessOptions DEFAULT =
      new InProcessOptions(new Transport.PlainHttp(), new Auth.None(), Set.of(), 1000, 256L << 20);

  public InProcessOptions {
    quirks = Set.copyOf(quirks);
    if (pageSize < 1 || maxBytes < 1) {
      throw new IllegalArgumentException("a page and a store have at least one entry and byte");
    }
  }

  public InProcessOptions withTransport(Transport newTransport) {
    return new InProcessOptions(newTransport, auth, quirks, pageSize, maxBytes);
  }

  /// HTTPS with a certificate of `ca` for all names of loopback.
  public InProcessOptions withHttps(FakeCa ca) {
    return withTransport(
        new Transport.Https(
            ca.loopbackServer().serverContext(), Transport.ClientCertificate.NOT_ASKED));
  }

  /// HTTPS that demands a client's certificate of the same `ca`.
  public InProcessOptions withMutualTls(FakeCa ca) {
    return withTransport(
        new Transport.Https(ca.loopbackServer().context(ca), Transport.ClientCertificate.REQUIRED));
  }

  public InProcessOptions withAuth(Auth newAuth) {
    return new InProcessOptions(transport, newAuth, quirks, pageSize, maxBytes);
  }

  /// These quirks beside those that are there.
  public InProcessOptions withQuirks(Quirk... more) {
    var all = EnumSet.noneOf(Quirk.class);
    all.addAll(quirks);
    all.addAll(Set.of(more));
    return new InProcessOptions(transport, auth, all, pageSize, maxBytes);
  }

  public InProcessOptions withPageSize(int newPageSize) {
    return new InProcessOptions(transport, auth, quirks, newPageSize, maxBytes);
  }

  public InProcessOptions withMaxBytes(long newMaxBytes) {
    return new InProcessOptions(transport, auth, quirks, pageSize, newMaxBytes);
  }
}
