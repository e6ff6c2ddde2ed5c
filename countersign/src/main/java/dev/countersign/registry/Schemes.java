package dev.countersign.registry;

import dev.countersign.registry.RegistryClient.Exchange;
import dev.countersign.registry.RegistryClient.Hops;
import dev.countersign.registry.RegistryException.Fault;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// Which registry speaks plain HTTP and which TLS: found by the first question to it, and
/// remembered.
final class Schemes {
  private static final int MAX_REMEMBERED = 1_024;

  private final Http http;
  private final PlainHttp rule;
  private final Map<String, Scheme> found = new ConcurrentHashMap<>();

  Schemes(Http http, PlainHttp rule) {
    this.http = http;
    this.rule = rule;
  }

  /// Where `registry` is to be asked, if that is known. Before it is, no credentials may be shown.
  Optional<Origin> find(String registry) {
    var scheme = found.get(registry);
    if (scheme == null && !mayBePlain(registry)) {
      scheme = Scheme.HTTPS;
    }
    return Optional.ofNullable(scheme).map(known -> Origin.of(known, registry));
  }

  /// The answer of `registry` to a question without credentials.
  Exchange send(String registry, Function<Origin, Request> question, Deadline deadline)
      throws RegistryException {
    var known = find(registry);
    if (known.isPresent()) {
      return send(question.apply(known.get()), deadline);
    }
    var plain = question.apply(Origin.of(Scheme.HTTP, registry));
    var secure = question.apply(Origin.of(Scheme.HTTPS, registry));
    return plain.url().origin().isLoopback()
        ? sendPlainFirst(registry, plain, secure, deadline)
        : sendSecureFirst(registry, plain, secure, deadline);
  }

  private Exchange sendPlainFirst(String registry, Request plain, Request secure, Deadline deadline)
      throws RegistryException {
    Exchange answer;
    try {
      answer = send(plain, probe(plain, deadline));
    } catch (RegistryException e) {
      return e.fault() == Fault.LATE && !deadline.isOver()
          ? sendSecureAfterSilence(registry, plain, secure, deadline)
          : sendSecureAfter(e, registry, secure, deadline);
    }
    return answer.response().status() == 400
        ? sendSecureAfter(answer, registry, secure, deadline)
        : remember(registry, answer);
  }

  /// How long a loopback port may take to show that it speaks plain HTTP. The common case, a port
  /// that does, costs one round trip; one that waits for TLS in silence does not use up the
  /// deadline. What changes something is not sent twice, so it has all the time.
  private static Deadline probe(Request plain, Deadline deadline) {
    return plain.hasBody() ? deadline : share(deadline, 4, Duration.ofSeconds(1));
  }

  private static Deadline share(Deadline deadline, int parts, Duration longest) {
    // By nanoseconds: Duration divides by way of BigDecimal, whose tables take long to make.
    var part = Duration.ofNanos(deadline.remaining().toNanos() / parts);
    return deadline.earlier(part.compareTo(longest) < 0 ? part : longest);
  }

  /// A silent port wants TLS, or speaks plain HTTP slowly: then it is asked so again, without
  /// haste.
  private Exchange sendSecureAfterSilence(
      String registry, Request plain, Request secure, Deadline deadline) throws RegistryException {
    try {
      return sendSecure(registry, secure, share(deadline, 2, Duration.ofSeconds(1)), deadline);
    } catch (RegistryException e) {
      if (!Faults.showsNoTls(e)) {
        throw e;
      }
    }
    return remember(registry, send(plain, deadline));
  }

  /// After a port did not speak plain HTTP.
  private Exchange sendSecureAfter(
      RegistryException plainFault, String registry, Request secure, Deadline deadline)
      throws RegistryException {
    switch (plainFault.fault()) {
      case UNREACHABLE, BROKEN -> {}
      case TLS, UNAUTHORIZED, OVERLOADED, REFUSED, CHANGED, MISMATCH, LATE -> throw plainFault;
      case CIRCUIT_OPEN, ADDRESS_NOT_ALLOWED, LIMIT -> throw plainFault;
    }
    try {
      return remember(registry, send(secure, deadline));
    } catch (RegistryException e) {
      throw Faults.showsNoTls(e) ? plainFault : e;
    }
  }

  /// Many servers tell by status 400 that their port wants TLS; others mean what they say.
  private Exchange sendSecureAfter(
      Exchange plainAnswer, String registry, Request secure, Deadline deadline)
      throws RegistryException {
    try {
      return remember(registry, send(secure, deadline));
    } catch (RegistryException e) {
      if (Faults.showsNoTls(e)) {
        return remember(registry, plainAnswer);
      }
      throw e;
    }
  }

  private Exchange sendSecureFirst(
      String registry, Request plain, Request secure, Deadline deadline) throws RegistryException {
    try {
      // Many servers of plain HTTP wait in silence for the line that a handshake never ends.
      return sendSecure(registry, secure, share(deadline, 2, Duration.ofSeconds(5)), deadline);
    } catch (RegistryException e) {
      if (!Faults.showsNoTls(e)) {
        throw e;
      }
      return sendPlainAfter(e, registry, plain, deadline);
    }
  }

  private Exchange sendPlainAfter(
      RegistryException secureFault, String registry, Request plain, Deadline deadline)
      throws RegistryException {
    try {
      return remember(registry, send(plain, deadline));
    } catch (RegistryException e) {
      throw e.fault() == Fault.UNREACHABLE ? secureFault : e;
    }
  }

  private Exchange sendSecure(
      String registry, Request secure, Deadline handshake, Deadline deadline)
      throws RegistryException {
    var response = http.send(secure, handshake, deadline);
    return remember(registry, new Exchange(secure, response, Hops.NONE));
  }

  private Exchange send(Request request, Deadline deadline) throws RegistryException {
    return new Exchange(request, http.send(request, deadline), Hops.NONE);
  }

  private boolean mayBePlain(String registry) {
    return switch (rule) {
      case INSECURE_ALLOWED -> true;
      case LOOPBACK_ONLY -> Origin.of(Scheme.HTTP, registry).isLoopback();
    };
  }

  private Exchange remember(String registry, Exchange answer) {
    if (found.size() >= MAX_REMEMBERED) {
      found.clear();
    }
    found.put(registry, answer.request().url().origin().scheme());
    return answer;
  }
}
