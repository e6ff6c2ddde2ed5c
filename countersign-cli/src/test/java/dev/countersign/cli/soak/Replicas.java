package dev.countersign.cli.soak;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// Processes of one service behind a round-robin over those that are ready, as a Kubernetes Service
/// has them. Safe for callers in many threads; one thread starts and stops.
final class Replicas implements AutoCloseable {
  private final Starter starter;
  private final List<ServeProcess> endpoints = new CopyOnWriteArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();

  /// Starts a replica.
  @FunctionalInterface
  interface Starter {
    ServeProcess start() throws IOException, InterruptedException;
  }

  private Replicas(Starter starter) {
    this.starter = starter;
  }

  /// So many, all ready.
  static Replicas start(int count, Starter starter) throws IOException, InterruptedException {
    var replicas = new Replicas(starter);
    for (int i = 0; i < count; i++) {
      replicas.add();
    }
    return replicas;
  }

  private void add() throws IOException, InterruptedException {
    endpoints.add(starter.start());
  }

  /// Whose turn it is.
  ServeProcess next() {
    var now = List.copyOf(endpoints);
    return now.get(Math.floorMod(turn.getAndIncrement(), now.size()));
  }

  /// Replaces each by a new one, one after the other: the new one is ready before the old one is
  /// asked to end, and the old one is asked no more only when its probe fails.
  ///
  /// @return the exit codes of the old ones
  List<Integer> restart() throws IOException, InterruptedException {
    var codes = new ArrayList<Integer>();
    for (var old : List.copyOf(endpoints)) {
      add();
      old.terminate();
      while (old.isReady()) {
        Thread.onSpinWait();
      }
      endpoints.remove(old);
      codes.add(old.awaitEnd());
    }
    return codes;
  }

  @Override
  public void close() {
    endpoints.forEach(ServeProcess::close);
  }
}
