package dev.countersign.provider;

import dev.countersign.format.FormatException;
import dev.countersign.trust.TrustedRoot;
import dev.countersign.verify.Authority;
import dev.countersign.verify.Witnessing;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Who else must have seen what an authority signs, as one policy says.
///
/// @param root whose word counts for that; empty if nobody is asked
/// @param certificateLogs how many logs must have promised to publish a certificate
record PolicyTrust(Optional<TrustedRoot> root, int logs, int timestamps, int certificateLogs) {
  /// Reads the file that a policy names.
  interface Reader {
    TrustedRoot read(String file) throws FormatException, IOException;
  }

  /// Reads what the policy `node` says.
  static PolicyTrust read(PolicyNode node, Reader reader) throws FormatException, IOException {
    int logs = demand(node, "transparencyLog", node.text("transparencyLog"));
    int timestamps = demand(node, "timestamps", node.find("timestamps").orElse("ignored"));
    int certificateLogs =
        demand(node, "certificateLog", node.find("certificateLog").orElse("required"));
    var file = node.find("trustedRoot");
    if (file.isEmpty()) {
      if (logs + timestamps > 0) {
        throw node.problem(
            (logs > 0 ? "transparencyLog" : "timestamps")
                + ": required needs trustedRoot, a file that names those who count");
      }
      return new PolicyTrust(Optional.empty(), logs, timestamps, certificateLogs);
    }
    try {
      return new PolicyTrust(
          Optional.of(reader.read(file.get())), logs, timestamps, certificateLogs);
    } catch (FormatException e) {
      throw node.problem("trustedRoot: " + e.problem());
    } catch (IOException e) {
      throw new IOException(node.place() + ".trustedRoot: " + e.getMessage(), e);
    }
  }

  private static int demand(PolicyNode node, String name, String text) throws FormatException {
    if (!List.of("ignored", "required").contains(text)) {
      throw node.problem("expected " + name + ": ignored or required");
    }
    return text.equals("required") ? 1 : 0;
  }

  /// The same authority, whose signatures others must have seen as the policy says.
  ///
  /// @throws FormatException if it signs without a key, and the policy trusts nobody
  Authority applyTo(Authority authority) throws FormatException {
    if (root.isEmpty()) {
      return switch (authority) {
        case Authority.Key key -> key;
        case Authority.Keyless _ ->
            throw new FormatException(
                "\"" + authority.name() + "\" signs without a key, which needs trustedRoot");
      };
    }
    return switch (authority) {
      case Authority.Key key ->
          new Authority.Key(
              key.name(),
              key.key(),
              key.validity(),
              Optional.of(new Witnessing(root.get(), logs, timestamps, 0)));
      case Authority.Keyless keyless ->
          new Authority.Keyless(
              keyless.name(),
              keyless.identity(),
              keyless.validity(),
              new Witnessing(root.get(), logs, timestamps, certificateLogs));
    };
  }
}
