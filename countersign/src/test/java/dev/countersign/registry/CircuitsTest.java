package dev.countersign.registry;

import static dev.countersign.registry.Registries.ONCE;
import static dev.countersign.registry.Registries.assertFault;
import static dev.countersign.registry.Registries.repository;
import static dev.countersign.registry.Registries.soon;
import static dev.countersign.registry.Registries.v1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.registry.Circuit.Rule;
import dev.countersign.registry.RegistryException.Fault;
import dev.countersign.testkit.Auth;
import dev.countersign.testkit.Fault.DropConnection;
import dev.countersign.testkit.Fault.Stall;
import dev.countersign.testkit.Fault.Status;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CircuitsTest {
  private static final Rule RULE = new Rule(3, Duration.ofSeconds(1), Duration.ofSeconds(8));

  private final AtomicLong nanos = new AtomicLong();
  private final Circuits circuits = new Circuits(RULE, nanos::get);
  private final RemoteRegistry client = new RemoteRegistry(ONCE.withCircuits(circuits));
  private InProcessRegistry server;

  @BeforeEach
  void open() throws Exception {
    server = Registries.start(InProcessOptions.DEFAULT);
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private String ask(Fault expected) {
    return assertFault(expected, () -> client.fetchManifest(v1(server), soon()));
  }

  private void fail(dev.countersign.testkit.Fault fault, Fault expected) {
    server.failNext(3, request -> true, fault);
    for (int i = 0; i < 3; i++) {
      ask(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504})
  void asksNoMoreAfterStatuses5xx(int status) {
    fail(new Status(status), Fault.BROKEN);
    server.forgetRequests();

    var problem = ask(Fault.CIRCUIT_OPEN);

    var expected =
        "\\Q"
            + server.hostAndPort()
            + "\\E is failing since [0-9T:-]+Z \\(GET http://\\Q"
            + server.hostAndPort()
            + "\\E/v2/a/b/manifests/v1: status "
            + status
            + "\\); it is tried again in 1 s";
    assertTrue(problem.matches(expected), problem);
    assertEquals(List.of(), server.requests());
    assertEquals(List.of(server.hostAndPort()), circuits.open());
  }

  @Test
  void asksNoMoreAfterConnectionsThatEnd() throws Exception {
    // So that it is known to speak plain HTTP.
    assertTrue(client.fetchManifest(v1(server), soon()).isPresent());
    server.failNext(100, request -> true, new DropConnection());
    for (int i = 0; i < 3; i++) {
      ask(Fault.UNREACHABLE);
    }

    ask(Fault.CIRCUIT_OPEN);
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 408, 418, 429, 501})
  void goesOnAskingAfterOtherStatuses(int status) {
    server.failAll(request -> true, new Status(status));
    for (int i = 0; i < 5; i++) {
      try {
        client.fetchManifest(v1(server), soon());
      } catch (RegistryException e) {
        assertTrue(e.fault() != Fault.CIRCUIT_OPEN, e.problem());
      }
    }

    assertEquals(5, server.requests().size());
    assertEquals(List.of(), circuits.open());
  }

  @Test
  void goesOnAskingAfterCredentialsThatAreRefused() throws Exception {
    try (var locked = Registries.start(new Auth.Basic("user", "other"))) {
      for (int i = 0; i < 5; i++) {
        assertFault(Fault.UNAUTHORIZED, () -> client.fetchManifest(v1(locked), soon()));
      }
    }
  }

  @Test
  void asksOthersMeanwhile() throws Exception {
    fail(new Status(503), Fault.BROKEN);
    try (var other = Registries.start(InProcessOptions.DEFAULT)) {
      assertTrue(client.fetchManifest(v1(other), soon()).isPresent());
    }
    ask(Fault.CIRCUIT_OPEN);
  }

  @Test
  void findsOutByOneRequestWhetherTheRegistryIsBack() throws Exception {
    fail(new Status(503), Fault.BROKEN);
    pass(Duration.ofSeconds(1));
    var stall = new Stall();
    server.failNext(request -> true, stall);
    var probe =
        Thread.ofVirtual()
            .start(() -> {
              try {
                client.fetchManifest(v1(server), soon());
              } catch (RegistryException e) {
                throw new AssertionError(e);
              }
            });
    stall.awaitArrival();

    assertTrue(ask(Fault.CIRCUIT_OPEN).endsWith("; it is being tried now"));

    stall.release();
    probe.join();
    assertTrue(client.fetchManifest(v1(server), soon()).isPresent());
    assertEquals(List.of(), circuits.open());
  }

  @Test
  void waitsTwiceAsLongAfterAProbeThatFails() {
    fail(new Status(503), Fault.BROKEN);
    pass(Duration.ofSeconds(1));
    server.failNext(request -> true, new Status(503));

    ask(Fault.BROKEN);

    assertTrue(ask(Fault.CIRCUIT_OPEN).endsWith("; it is tried again in 2 s"));
  }

  @Test
  void asksNoSecondTimeWhenTheCircuitOpensMeanwhile() throws Exception {
    var patient = ONCE.withRetry(new Retry(10, Duration.ofMillis(1))).withCircuits(circuits);
    server.failAll(request -> true, new Status(503));
    try (var retrying = new RemoteRegistry(patient)) {
      assertFault(Fault.CIRCUIT_OPEN, () -> retrying.fetchManifest(v1(server), soon()));
    }

    assertEquals(3, server.requests().size());
  }

  @Test
  void remembersOnlySoManyRegistries() {
    var never = new RemoteRegistry(ONCE.withCircuits(new Circuits(RULE, nanos::get)));
    try (never) {
      for (int i = 0; i < 3; i++) {
        ask(never, 1);
      }
      assertFault(Fault.CIRCUIT_OPEN, () -> ask(never, 1, soon()));
      for (int port = 2; port < 2 + 1_024; port++) {
        ask(never, port);
      }
      assertFault(Fault.UNREACHABLE, () -> ask(never, 1, soon()));
    }
  }

  private static void ask(RemoteRegistry client, int port) {
    assertFault(Fault.UNREACHABLE, () -> ask(client, port, soon()));
  }

  /// Nobody listens at the low ports of loopback.
  private static void ask(RemoteRegistry client, int port, Deadline deadline)
      throws RegistryException {
    client.fetchManifest(repository("127.9.9.9:" + port).tag("v1"), deadline);
  }
}
