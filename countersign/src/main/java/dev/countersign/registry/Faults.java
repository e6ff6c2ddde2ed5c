package dev.countersign.registry;

import dev.countersign.format.FormatException;
import dev.countersign.json.JsonValue;
import dev.countersign.registry.RegistryException.Fault;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.TruncatedChunkException;
import org.jspecify.annotations.Nullable;

/// What failures mean, and how they are told.
final class Faults {
  private static final Pattern CODE = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");
  private static final Duration LONGEST_WAIT = Duration.ofDays(1);

  private Faults() {}

  /// What it means that `cause` ended an exchange.
  static RegistryException of(Request request, Exception cause, Deadline deadline) {
    return of(request.toString(), cause, deadline);
  }

  /// What it means that `cause` ended the way to a proxy: nothing about the host behind it, so that
  /// the cause is left out, of which [#showsNoTls] would think that it speaks of that host.
  static RegistryException ofProxy(Origin proxy, Exception cause, Deadline deadline) {
    if (cause instanceof RegistryException fault) {
      return fault;
    }
    var fault = of("proxy " + proxy, cause, deadline);
    return new RegistryException(fault.fault(), fault.problem());
  }

  private static RegistryException of(String request, Exception cause, Deadline deadline) {
    if (deadline.isOver()) {
      return new RegistryException(Fault.LATE, request + ": deadline reached", cause);
    }
    return switch (cause) {
      case Wire.TooLongException e ->
          new RegistryException(Fault.LIMIT, request + ": " + e.getMessage(), e);
      case Wire.OtherLengthException e ->
          new RegistryException(Fault.MISMATCH, request + ": " + e.getMessage(), e);
      case UnknownHostException e ->
          new RegistryException(Fault.UNREACHABLE, request + ": no such host", e);
      case SSLException e -> new RegistryException(Fault.TLS, request + ": " + tls(e), e);
      case MessageConstraintException e -> notHttp(request, e);
      case TruncatedChunkException e ->
          new RegistryException(Fault.UNREACHABLE, request + ": connection lost", e);
      case MalformedChunkCodingException e -> notHttp(request, e);
      case HttpException e -> notHttp(request, e);
      case ConnectException e ->
          new RegistryException(Fault.UNREACHABLE, request + ": connection refused", e);
      case SocketTimeoutException e ->
          new RegistryException(Fault.UNREACHABLE, request + ": no connection in time", e);
      default -> new RegistryException(Fault.UNREACHABLE, request + ": connection lost", cause);
    };
  }

  /// What it means that `response` came, which is neither a success nor an absence.
  static RegistryException of(Request request, Response response) {
    int status = response.status();
    var text = request + ": status " + status + code(response).map(c -> ' ' + c).orElse("");
    var fault = new RegistryException(fault(status), text);
    var wait = retryAfter(response.header("Retry-After").orElse(""));
    return wait.map(fault::retryAfter).orElse(fault);
  }

  /// Whether the failure shows that the other end refuses connections, or does not speak TLS: it
  /// answers otherwise, hangs up, or keeps silent.
  static boolean showsNoTls(RegistryException failure) {
    boolean refused = false;
    for (Throwable e = failure.getCause(); e != null; e = e.getCause()) {
      if (e instanceof CertificateException) {
        return false;
      }
      refused |= e instanceof ConnectException || e instanceof EOFException || isPlain(e);
      refused |= e instanceof Dialer.SilenceException;
      refused |= e instanceof SocketException && failure.fault() == Fault.TLS;
    }
    return refused;
  }

  /// JSSE's only mark of an answer that is no TLS record.
  private static boolean isPlain(Throwable e) {
    return e instanceof SSLException
        && String.valueOf(e.getMessage()).startsWith("Unsupported or unrecognized SSL message");
  }

  private static Fault fault(int status) {
    return switch (status) {
      case 401, 403 -> Fault.UNAUTHORIZED;
      case 408, 429 -> Fault.OVERLOADED;
      case 412 -> Fault.CHANGED;
      default -> status >= 500 && status < 600 ? Fault.BROKEN : Fault.REFUSED;
    };
  }

  private static RegistryException notHttp(String request, Exception cause) {
    return new RegistryException(Fault.BROKEN, request + ": the answer is not HTTP/1.1", cause);
  }

  private static String tls(SSLException failure) {
    var causes = Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause).toList();
    return causes.stream()
        .filter(CertificateException.class::isInstance)
        .findFirst()
        .map(refused ->
            "certificate not trusted: "
                + validity(causes).orElse(String.valueOf(refused.getMessage())))
        .orElseGet(() -> "no TLS session: " + failure.getMessage());
  }

  /// What dates have to do with it.
  private static Optional<String> validity(List<Throwable> causes) {
    return causes.stream()
        .<String>mapMulti((cause, told) -> {
          if (cause instanceof CertificateExpiredException) {
            told.accept("it, or an authority on its way, has expired");
          } else if (cause instanceof CertificateNotYetValidException) {
            told.accept("it, or an authority on its way, is not valid yet (is the clock right?)");
          }
        })
        .findFirst();
  }

  /// The registry's own code, if it is one: nothing else of a body is ever shown.
  private static Optional<String> code(Response response) {
    try {
      var errors = JsonValue.parseObject(response.body()).findArray("errors");
      return errors.isEmpty()
          ? Optional.empty()
          : errors
              .getFirst()
              .asObject("an error")
              .findString("code")
              .filter(text -> CODE.matcher(text).matches());
    } catch (FormatException e) {
      return Optional.empty();
    }
  }

  /// Seconds or a date ([RFC 9110 §10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3)).
  static Optional<Duration> retryAfter(String value) {
    var wait =
        value.matches("[0-9]{1,9}") ? Duration.ofSeconds(Long.parseLong(value)) : until(value);
    return Optional.ofNullable(wait)
        .map(time -> time.isNegative() ? Duration.ZERO : time)
        .map(time -> time.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : time);
  }

  private static @Nullable Duration until(String date) {
    try {
      return date.isEmpty()
          ? null
          : Duration.between(
              Instant.now(), ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME));
    } catch (DateTimeException | ArithmeticException e) {
      return null;
    }
  }
}
