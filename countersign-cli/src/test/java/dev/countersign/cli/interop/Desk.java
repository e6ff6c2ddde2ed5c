package dev.countersign.cli.interop;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A working folder with key pairs, and the variables that commands see there.
public record Desk(Path folder, Map<String, String> environment) {
  public Desk {
    environment = Map.copyOf(environment);
  }

  /// A desk whose keys have a password, and where nobody is logged in.
  public static Desk at(Path folder) {
    var home = folder.resolve("home").toString();
    return new Desk(
        folder, Map.of("COSIGN_PASSWORD", "secret", "HOME", home, "DOCKER_CONFIG", home));
  }

  /// The same folder where one variable is set otherwise.
  public Desk with(String variable, String value) {
    var variables = new HashMap<>(environment);
    variables.put(variable, value);
    return new Desk(folder, variables);
  }

  public Peer.Run run(Tool tool, String... words) {
    return tool.run(folder, environment, words);
  }

  /// Makes a key pair, `name.key` and `name.pub`.
  public void makeKeys(Tool maker, String name) {
    run(maker, "generate-key-pair", "--output-key-prefix", name).succeeded();
  }

  /// Signs in tag form with `key`.key.
  public Peer.Run sign(Tool signer, String key, String... rest) {
    return signBy(signer, key + ".key", rest);
  }

  /// Signs in tag form with the key at this reference.
  public Peer.Run signBy(Tool signer, String key, String... rest) {
    return keyed(signer, List.of("sign", "--key", key), signer.signFlags(), rest);
  }

  /// Verifies with `key`.pub.
  public Peer.Run verify(Tool verifier, String key, String... rest) {
    return verifyBy(verifier, key + ".pub", rest);
  }

  /// Verifies with the key at this reference.
  public Peer.Run verifyBy(Tool verifier, String key, String... rest) {
    return keyed(verifier, List.of("verify", "--key", key), verifier.verifyFlags(), rest);
  }

  private Peer.Run keyed(Tool tool, List<String> first, List<String> flags, String... rest) {
    var words = Stream.of(first, flags, List.of(rest)).flatMap(List::stream);
    return run(tool, words.toArray(String[]::new));
  }
}
