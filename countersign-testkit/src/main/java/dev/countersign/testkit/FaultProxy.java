package dev.countersign.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A registry's front on loopback, in plain HTTP, that hands questions on to the registry and does
/// something bad to some of the answers. Knows `GET` and `HEAD` only.
///
/// It chooses by chance from a seed. Safe for many threads.
public final class FaultProxy implements AutoCloseable {
  private static final int PER_MILLE = 1_000;
  private static final int MAX_HEAD_BYTES = 16 << 10;

  /// The first byte of one.
  private static final int TLS_HANDSHAKE = 22;

  private static final int ENDLESS_BYTES = 64 << 20;
  private static final Set<String> PASSED_ON =
      Set.of("content-type", "docker-content-digest", "etag", "link", "oci-filters-applied");

  private final URI registry;
  private final Random random;
  private final ServerSocket socket;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Map<Kind, AtomicLong> happened = new ConcurrentHashMap<>();
  private final AtomicLong requests = new AtomicLong();
  private volatile int perMille;
  private volatile String authorization = "";
  private final AtomicReference<byte[]> lastBody = new AtomicReference<>(new byte[0]);

  /// What can happen to an answer.
  public enum Kind {
    /// It comes some tenths of a second later.
    DELAY,
    /// Its body comes byte by byte.
    DRIP,
    /// The connection is reset instead.
    RESET,
    /// 429, to be asked again at once.
    TOO_MANY_REQUESTS,
    /// 503 instead.
    UNAVAILABLE,
    /// It ends before the length that was announced.
    TOO_SHORT,
    /// Less is announced than there is.
    CUT,
    /// The header names another digest.
    OTHER_DIGEST,
    /// The body is that of another answer.
    SWAPPED,
    /// The body does not end.
    ENDLESS
  }

  /// One answer of the registry.
  private static final class Answer {
    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;

    Answer(int status, Map<String, String> headers, byte[] body) {
      this.status = status;
      this.headers = headers;
      this.body = body;
    }
  }

  private FaultProxy(URI registry, long seed) throws IOException {
    this.registry = registry;
    this.random = new Random(seed);
    this.socket = new ServerSocket(0, 1_024, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
  }

  /// A front of the registry at `registry`, which does nothing bad yet.
  public static FaultProxy start(URI registry, long seed) throws IOException {
    var proxy = new FaultProxy(registry, seed);
    Thread.ofPlatform().daemon().name("fault-proxy").start(proxy::acceptAll);
    return proxy;
  }

  /// Lets something happen to so many of a thousand answers.
  public void setFaults(int newPerMille) {
    perMille = newPerMille;
  }

  /// Answers only those who show this user and password.
  public void setPassword(String user, String password) {
    var pair = (user + ':' + password).getBytes(StandardCharsets.UTF_8);
    authorization = "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  /// The registry's part of an image reference.
  public String hostAndPort() {
    return "127.0.0.1:" + socket.getLocalPort();
  }

  /// How many requests came.
  public long requests() {
    return requests.get();
  }

  /// How often each thing happened.
  public Map<Kind, Long> happened() {
    var counts = new EnumMap<Kind, Long>(Kind.class);
    happened.forEach((kind, count) -> counts.put(kind, count.get()));
    return counts;
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (var connection : open) {
      connection.close();
    }
    threads.shutdownNow();
  }

  private void acceptAll() {
    while (!socket.isClosed()) {
      try {
        var connection = socket.accept();
        open.add(connection);
        threads.execute(() -> serve(connection));
      } catch (IOException | RuntimeException e) {
        // Closed.
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setTcpNoDelay(true);
      var in = new BufferedInputStream(connection.getInputStream());
      for (var head = head(in); !head.isEmpty(); head = head(in)) {
        requests.incrementAndGet();
        if (!answer(head, connection)) {
          return;
        }
      }
    } catch (IOException e) {
      // Whoever asked went away.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(connection);
    }
  }

  private static String head(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    for (int tail = 0, next = in.read(); next >= 0; next = in.read()) {
      head.write(next);
      tail = (tail << 8) | next;
      if (tail == 0x0d0a0d0a) {
        return head.toString(StandardCharsets.ISO_8859_1);
      }
      if ((head.size() == 1 && next == TLS_HANDSHAKE) || head.size() > MAX_HEAD_BYTES) {
        return "";
      }
    }
    return "";
  }

  /// Answers one request; false if the connection ends with that.
  private boolean answer(String head, Socket connection) throws IOException, InterruptedException {
    var words = head.split(" ", 3);
    boolean bodiless = words[0].equals("HEAD");
    if (!authorization.isEmpty() && !shows(head, authorization)) {
      var headers = Map.of("WWW-Authenticate", "Basic realm=\"soak\"");
      write(connection, new Answer(401, headers, new byte[0]), 0, bodiless);
      return true;
    }
    var answer = ask(words[0], words[1]);
    var fault = chance();
    if (fault == null) {
      write(connection, answer, answer.body.length, bodiless);
      lastBody.set(answer.body);
      return true;
    }
    happened.computeIfAbsent(fault, kind -> new AtomicLong()).incrementAndGet();
    return spoil(fault, answer, connection, bodiless);
  }

  private static boolean shows(String head, String authorization) {
    return head.lines()
        .anyMatch(line ->
            line.toLowerCase(Locale.ROOT).startsWith("authorization:")
                && line.endsWith(authorization));
  }

  private boolean spoil(Kind fault, Answer answer, Socket connection, boolean bodiless)
      throws IOException, InterruptedException {
    int length = answer.body.length;
    switch (fault) {
      case DELAY -> {
        Thread.sleep(50 + next(200));
        write(connection, answer, length, bodiless);
      }
      case DRIP -> drip(connection, answer, bodiless);
      case RESET -> {
        connection.setSoLinger(true, 0);
        return false;
      }
      case TOO_MANY_REQUESTS ->
          write(connection, new Answer(429, Map.of("Retry-After", "0"), new byte[0]), 0, bodiless);
      case UNAVAILABLE -> write(connection, new Answer(503, Map.of(), new byte[0]), 0, bodiless);
      case TOO_SHORT -> {
        write(connection, answer, length + 10, bodiless);
        return bodiless;
      }
      case CUT -> {
        write(connection, answer, Math.max(0, length - 1), bodiless);
        return false;
      }
      case OTHER_DIGEST -> {
        var headers = new LinkedHashMap<>(answer.headers);
        headers.replaceAll((name, value) ->
            name.equals("docker-content-digest") ? "sha256:" + "0".repeat(64) : value);
        write(connection, new Answer(answer.status, headers, answer.body), length, bodiless);
      }
      case SWAPPED -> {
        var body = lastBody.get();
        write(connection, new Answer(answer.status, answer.headers, body), body.length, bodiless);
      }
      case ENDLESS -> {
        writeEndless(connection, answer, bodiless);
        return false;
      }
    }
    return true;
  }

  private @Nullable Kind chance() {
    if (next(PER_MILLE) >= perMille) {
      return null;
    }
    return Kind.values()[next(Kind.values().length)];
  }

  private synchronized int next(int bound) {
    return random.nextInt(bound);
  }

  private Answer ask(String method, String target) throws IOException {
    var asking = (HttpURLConnection) registry.resolve(target).toURL().openConnection();
    asking.setRequestMethod(method);
    asking.setInstanceFollowRedirects(false);
    asking.setRequestProperty("Accept", "*/*");
    int status = asking.getResponseCode();
    var headers = new LinkedHashMap<String, String>();
    asking
        .getHeaderFields()
        .forEach((name, values) -> {
          if (name != null && PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
            headers.put(name.toLowerCase(Locale.ROOT), values.getFirst());
          }
        });
    try (var in = status < 400 ? asking.getInputStream() : asking.getErrorStream()) {
      return new Answer(status, headers, in == null ? new byte[0] : in.readAllBytes());
    }
  }

  private static void write(Socket connection, Answer answer, int announced, boolean bodiless)
      throws IOException {
    var out = connection.getOutputStream();
    var bytes = new ByteArrayOutputStream();
    bytes.write(head(answer, "Content-Length: " + announced));
    if (!bodiless) {
      bytes.write(answer.body, 0, Math.min(announced, answer.body.length));
    }
    out.write(bytes.toByteArray());
    out.flush();
  }

  private static void drip(Socket connection, Answer answer, boolean bodiless)
      throws IOException, InterruptedException {
    var out = connection.getOutputStream();
    out.write(head(answer, "Content-Length: " + answer.body.length));
    for (int i = 0; !bodiless && i < answer.body.length; i++) {
      out.write(answer.body[i]);
      out.flush();
      Thread.sleep(1);
    }
  }

  private static void writeEndless(Socket connection, Answer answer, boolean bodiless)
      throws IOException {
    OutputStream out = connection.getOutputStream();
    out.write(head(answer, "Connection: close"));
    var block = new byte[1 << 14];
    for (int sent = 0; !bodiless && sent < ENDLESS_BYTES; sent += block.length) {
      out.write(block);
    }
  }

  private static byte[] head(Answer answer, String last) {
    var head = new StringBuilder("HTTP/1.1 " + answer.status + " Answer\r\n");
    answer.headers.forEach(
        (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    return head.append(last).append("\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
