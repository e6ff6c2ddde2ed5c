package dev.countersign.cli.interop;

import dev.countersign.cli.OurCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The commands that must be interchangeable, each as its users have it.
public enum Tool {
  OURS,
  COSIGN2,
  COSIGN3;

  /// Those whose version was told, once for all tests.
  private static final Set<Tool> NAMED = ConcurrentHashMap.newKeySet();

  /// What `sign --key` needs to sign in tag form and to ask nobody but the registry.
  List<String> signFlags() {
    return switch (this) {
      case OURS -> List.of("--new-bundle-format=false");
      case COSIGN2 -> List.of("--tlog-upload=false");
      case COSIGN3 ->
          List.of("--tlog-upload=false", "--use-signing-config=false", "--new-bundle-format=false");
    };
  }

  /// What `verify --key` needs to ask nobody but the registry.
  List<String> verifyFlags() {
    return switch (this) {
      case OURS -> List.of();
      case COSIGN2, COSIGN3 -> List.of("--insecure-ignore-tlog");
    };
  }

  /// Ends the calling test as not run where this command is missing.
  void require() {
    switch (this) {
      case OURS -> {}
      case COSIGN2, COSIGN3 -> peer();
    }
  }

  Peer.Run run(Path folder, Map<String, String> environment, String... words) {
    return switch (this) {
      case OURS -> OurCommand.runIn(folder, environment, words);
      case COSIGN2, COSIGN3 -> peer().runIn(folder, environment, words);
    };
  }

  private Peer peer() {
    var peer = Peers.require(this == COSIGN2 ? "cosign2" : "cosign3");
    if (NAMED.add(this)) {
      System.out.println(this + ": " + peer.version());
    }
    return peer;
  }

  @Override
  public String toString() {
    return switch (this) {
      case OURS -> "ours";
      case COSIGN2 -> "cosign 2";
      case COSIGN3 -> "cosign 3";
    };
  }
}
