package dev.countersign.registry;

import dev.countersign.format.FormatException;
import dev.countersign.registry.RegistryException.Fault;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Questions to registries: with the right scheme, with credentials where they are asked for, and
/// along redirects.
final class RegistryClient implements AutoCloseable {
  private static final int MAX_REDIRECTS = 5;

  private final Http http;
  private final Schemes schemes;
  private final Authenticator authenticator;
  private final Circuits circuits;

  RegistryClient(RegistryOptions options, Resolver resolver) {
    var plainHttp = options.connections().plainHttp();
    http = new Http(options.connections(), resolver, options.listener());
    schemes = new Schemes(http, plainHttp);
    authenticator = new Authenticator(options.credentials(), new TokenRealm(http, plainHttp));
    circuits = options.circuits();
  }

  /// An answer and the request that it is to, which a redirect may have changed.
  record Exchange(Request request, Response response, Hops hops) {
    RegistryException fault() {
      return Faults.of(request, response);
    }

    /// Whether the registry itself says that there is no such thing.
    boolean isAbsent() {
      return response.status() == 404 && hops == Hops.NONE;
    }
  }

  /// Whether an answer came from where the question went first.
  enum Hops {
    NONE,
    SOME
  }

  /// Asks the registry of `scope`, and follows it if it sends to another place.
  Exchange read(Scope scope, Function<Origin, Request> question, Deadline deadline)
      throws RegistryException {
    return circuits.guard(
        scope, () -> follow(http, askRegistry(scope, question, deadline), deadline));
  }

  /// Goes along the redirects of `first`, at most five, without credentials for another origin.
  static Exchange follow(Http http, Exchange first, Deadline deadline) throws RegistryException {
    var exchange = first;
    for (int i = 0; isRedirect(exchange.response()); i++) {
      if (i == MAX_REDIRECTS) {
        throw new RegistryException(
            Fault.REFUSED, exchange.request() + ": more than " + MAX_REDIRECTS + " redirects");
      }
      var next = redirected(exchange);
      exchange = new Exchange(next, http.send(next, deadline), Hops.SOME);
    }
    return exchange;
  }

  /// Asks the registry of `scope`; redirects are answers.
  Exchange ask(Scope scope, Function<Origin, Request> question, Deadline deadline)
      throws RegistryException {
    return circuits.guard(scope, () -> askRegistry(scope, question, deadline));
  }

  private Exchange askRegistry(Scope scope, Function<Origin, Request> question, Deadline deadline)
      throws RegistryException {
    var shown = authenticator.find(scope).orElse(null);
    var exchange = askOnce(scope, question, shown, deadline);
    if (exchange.response().status() != 401) {
      return exchange;
    }
    var asker = exchange.request().url().origin();
    var answer = authenticator.answer(asker, exchange.response(), scope, shown, deadline);
    return send(authorized(question.apply(asker), answer), deadline);
  }

  private Exchange askOnce(
      Scope scope,
      Function<Origin, Request> question,
      @Nullable Authorization shown,
      Deadline deadline)
      throws RegistryException {
    var registry = scope.repository().registry();
    var origin = schemes.find(registry);
    return shown != null && origin.isPresent()
        ? send(authorized(question.apply(origin.get()), shown), deadline)
        : schemes.send(registry, question, deadline);
  }

  private Exchange send(Request request, Deadline deadline) throws RegistryException {
    return new Exchange(request, http.send(request, deadline), Hops.NONE);
  }

  /// Sends `request`, to where the registry's answer `from` sent it.
  Exchange continueAt(Exchange from, Request request, Deadline deadline) throws RegistryException {
    var authorization = from.request().headers().get(Request.AUTHORIZATION);
    boolean same = request.url().origin().equals(from.request().url().origin());
    var next =
        same && authorization != null
            ? request.with(Request.AUTHORIZATION, authorization)
            : request;
    return send(next, deadline);
  }

  /// Where the answer says that the content or the upload is.
  static Url location(Exchange exchange) throws RegistryException {
    var from = exchange.request().url();
    try {
      var to = from.resolve(exchange.response().header("Location").orElse(""));
      if (leavesTls(from.origin(), to.origin())) {
        throw new RegistryException(
            Fault.REFUSED, exchange.request() + ": sent to plain HTTP at " + to.origin());
      }
      return to;
    } catch (FormatException e) {
      throw new RegistryException(
          Fault.REFUSED, exchange.request() + ": no usable Location: " + e.problem(), e);
    }
  }

  @Override
  public void close() {
    http.close();
  }

  /// Whether plain HTTP would be spoken to a host that is not loopback, though nobody allowed it.
  private static boolean leavesTls(Origin from, Origin to) {
    boolean allowed = from.scheme() == Scheme.HTTP && !from.isLoopback();
    return to.scheme() == Scheme.HTTP && !to.isLoopback() && !allowed;
  }

  private static Request redirected(Exchange exchange) throws RegistryException {
    var to = location(exchange);
    boolean same = to.origin().equals(exchange.request().url().origin());
    var next = exchange.request().to(to);
    return same ? next : next.without(Request.AUTHORIZATION);
  }

  private static boolean isRedirect(Response response) {
    return switch (response.status()) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  private static Request authorized(Request request, Authorization authorization) {
    return request.with(Request.AUTHORIZATION, authorization.value());
  }
}
