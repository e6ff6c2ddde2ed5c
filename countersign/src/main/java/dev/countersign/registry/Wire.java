package dev.countersign.registry;

import dev.countersign.format.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;

/// One connection over which HTTP/1.1 is spoken. Not safe for use by several threads at once.
final class Wire implements AutoCloseable {
  private static final Http1Config LIMITS =
      Http1Config.custom().setMaxLineLength(8 << 10).setMaxHeaderCount(100).build();
  private static final int MAX_INTERIM_ANSWERS = 5;

  private final Socket raw;
  private final DefaultBHttpClientConnection http = new DefaultBHttpClientConnection(LIMITS);
  private final AddressKind kind;
  private boolean reusable = true;
  private boolean answered;
  private long idleSince;

  /// A connection over `socket`, which is `raw` or a TLS socket above it.
  ///
  /// @param kind what the other end is, as far as it is known
  Wire(Socket raw, Socket socket, AddressKind kind) throws IOException {
    this.raw = raw;
    this.kind = kind;
    if (socket instanceof SSLSocket tls) {
      http.bind(tls, raw);
    } else {
      http.bind(raw);
    }
  }

  Socket raw() {
    return raw;
  }

  AddressKind kind() {
    return kind;
  }

  boolean isReusable() {
    return reusable && http.isOpen();
  }

  /// Whether the first byte of an answer to the last request came.
  boolean answered() {
    return answered;
  }

  boolean isStale() {
    try {
      return http.isStale();
    } catch (IOException e) {
      return true;
    }
  }

  void rest(long nanoTime) {
    idleSince = nanoTime;
  }

  long idleSince() {
    return idleSince;
  }

  /// Sends `request` for `target` and reads the answer.
  ///
  /// @param target what stands in the request line: a path, or a whole URL for a proxy
  Response exchange(Request request, String target) throws IOException, HttpException {
    reusable = false;
    answered = false;
    send(request, target);
    var head = receiveHead();
    answered = true;
    boolean bodiless = request.method().equals("HEAD") || hasNoBody(head.getCode());
    var body = bodiless ? Request.NO_BODY : receiveBody(head, request);
    reusable = bodiless ? keepsAlive(head) : reusable && keepsAlive(head);
    return new Response(head.getCode(), headers(head), body);
  }

  /// Asks a proxy for a tunnel; what it answers has no body that matters.
  int connect(Request request, String target) throws IOException, HttpException {
    send(request, target);
    return receiveHead().getCode();
  }

  @Override
  public void close() {
    // The raw socket: an orderly end of TLS would wait for a peer that may never read.
    Watchdog.closeQuietly(raw);
  }

  private void send(Request request, String target) throws IOException, HttpException {
    var message = new Message(request.method(), target);
    message.setHeader("Host", request.url().origin().authority());
    message.setHeader("User-Agent", "countersign");
    message.setHeader("Accept-Encoding", "identity");
    request.headers().forEach(message::setHeader);
    if (request.hasBody()) {
      var entity = entity(request);
      message.setHeader("Content-Length", entity.getContentLength());
      message.setEntity(entity);
    }
    http.sendRequestHeader(message);
    if (request.hasBody()) {
      http.sendRequestEntity(message);
    }
    http.flush();
  }

  private static HttpEntity entity(Request request) {
    return request.transfer() instanceof Request.Transfer.Upload(long size, InputStream content)
        ? new InputStreamEntity(content, size, null)
        : new ByteArrayEntity(request.body().toArray(), null);
  }

  private ClassicHttpResponse receiveHead() throws IOException, HttpException {
    for (int i = 0; i < MAX_INTERIM_ANSWERS; i++) {
      var head = receiveOneHead();
      if (head.getCode() >= 200) {
        return head;
      }
      if (head.getCode() < 100 || head.getCode() == 101) {
        throw new ProtocolException("status " + head.getCode() + " was not asked for");
      }
    }
    throw new ProtocolException("too many interim answers");
  }

  private ClassicHttpResponse receiveOneHead() throws IOException, HttpException {
    try {
      return http.receiveResponseHeader();
    } catch (IllegalArgumentException e) {
      throw new ProtocolException("the status line is none", e);
    }
  }

  private Bytes receiveBody(ClassicHttpResponse head, Request request)
      throws IOException, HttpException {
    http.receiveResponseEntity(head);
    var entity = head.getEntity();
    if (entity == null) {
      reusable = true;
      return Request.NO_BODY;
    }
    return head.getCode() == 200 && request.transfer() instanceof Request.Transfer.Download download
        ? handOn(entity, download)
        : receiveBody(head, entity, limit(request, head.getCode()));
  }

  private Bytes handOn(HttpEntity entity, Request.Transfer.Download download) throws IOException {
    long announced = entity.getContentLength();
    if (announced >= 0 && announced != download.size()) {
      throw new OtherLengthException(download.size(), announced);
    }
    var in = entity.getContent();
    download.reader().read(in);
    reusable = in.read() < 0;
    return Request.NO_BODY;
  }

  private Bytes receiveBody(ClassicHttpResponse head, HttpEntity entity, int limitBytes)
      throws IOException {
    boolean success = head.getCode() >= 200 && head.getCode() < 300;
    if (entity.getContentLength() > limitBytes) {
      return tooLong(success, limitBytes);
    }
    InputStream in = entity.getContent();
    var body = in.readNBytes(limitBytes);
    if (in.read() >= 0) {
      return tooLong(success, limitBytes);
    }
    reusable = true;
    return Bytes.copyOf(body);
  }

  /// The rest is not read: this connection has carried its last answer.
  private static Bytes tooLong(boolean matters, int limitBytes) throws IOException {
    if (matters) {
      throw new TooLongException(limitBytes);
    }
    return Request.NO_BODY;
  }

  private static int limit(Request request, int status) {
    return status >= 200 && status < 300 ? request.limitBytes() : Response.MAX_ERROR_BYTES;
  }

  private static boolean hasNoBody(int status) {
    return status == 204 || status == 304;
  }

  private static boolean keepsAlive(ClassicHttpResponse head) {
    boolean modern = head.getVersion() == null || head.getVersion().getMinor() >= 1;
    for (var header : head.getHeaders("Connection")) {
      if (header.getValue() != null
          && header.getValue().toLowerCase(Locale.ROOT).contains("close")) {
        return false;
      }
    }
    return modern;
  }

  private static Map<String, List<String>> headers(ClassicHttpResponse head) {
    var headers = new HashMap<String, List<String>>();
    for (var header : head.getHeaders()) {
      if (header.getValue() != null) {
        headers
            .computeIfAbsent(header.getName().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
            .add(header.getValue());
      }
    }
    return headers;
  }

  /// A request whose line holds the target as it is; HttpCore would read it as a URI.
  private static final class Message extends BasicClassicHttpRequest {
    private static final long serialVersionUID = 1L;

    private final String target;

    Message(String method, String target) {
      super(method, "/");
      this.target = target;
    }

    @Override
    public String getRequestUri() {
      return target;
    }
  }

  /// A body has another length than it must.
  static final class OtherLengthException extends IOException {
    private static final long serialVersionUID = 1L;

    OtherLengthException(long expected, long announced) {
      super("expected " + expected + " bytes, got " + announced);
    }
  }

  /// A body is longer than is read.
  static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLongException(int limitBytes) {
      super("expected at most " + limitBytes + " bytes, got more");
    }
  }
}
