package dev.countersign.cli.kubernetes;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What is known of a cluster at one moment; `doctor` judges nothing else.
public sealed interface Cluster {
  /// The objects that are there.
  List<Manifest> objects();

  /// When it was looked at.
  Instant now();

  /// A cluster that was asked: what is not among its objects is not there, but where that is said.
  ///
  /// @param unreadable what could not be asked for, and why
  /// @param clockAhead how far the API server's clock is ahead of ours
  record Live(
      List<Manifest> objects,
      Instant now,
      List<Unreadable> unreadable,
      List<Handshake> handshakes,
      Duration clockAhead)
      implements Cluster {
    public Live {
      objects = List.copyOf(objects);
      unreadable = List.copyOf(unreadable);
      handshakes = List.copyOf(handshakes);
    }
  }

  /// A part of one, out of files: what is not among its objects may well be there.
  record Part(List<Manifest> objects, Instant now) implements Cluster {
    public Part {
      objects = List.copyOf(objects);
    }
  }

  /// A resource that could not be asked for.
  ///
  /// @param kind of its objects
  record Unreadable(String kind, String why) {}

  /// An attempt to speak TLS to a Provider as Gatekeeper would.
  ///
  /// @param problem in one line; empty if it was no problem
  record Handshake(String provider, Optional<String> problem) {}

  /// The objects of a kind.
  default Stream<Manifest> all(String kind) {
    return objects().stream().filter(object -> object.kind().equals(kind));
  }

  /// Whether there is surely no object of a kind.
  default boolean lacks(String kind) {
    return switch (this) {
      case Part _ -> false;
      case Live live ->
          all(kind).findAny().isEmpty()
              && live.unreadable().stream().noneMatch(one -> one.kind().equals(kind));
    };
  }
}
