package dev.countersign.sigstore;

import dev.countersign.certificate.Certificate;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.key.PrivateKey;
import dev.countersign.key.PublicKey;
import dev.countersign.key.SoftwareKey;
import dev.countersign.registry.Deadline;
import dev.countersign.signature.Bundle;
import dev.countersign.transparency.LogEntry;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Those who vouch for the signatures of one signer: they certify the key, say when they saw the
/// signature, and record it, in this order.
///
/// @param timestampAuthorities all of them are asked
/// @param logs all of them are asked
public record SigningServices(List<TimestampAuthority> timestampAuthorities, List<Log> logs) {
  /// Nobody, as for a signature by a key that is known.
  public static final SigningServices NONE = new SigningServices(List.of(), List.of());

  public SigningServices {
    timestampAuthorities = List.copyOf(timestampAuthorities);
    logs = List.copyOf(logs);
  }

  /// Whether nobody is asked.
  public boolean isNone() {
    return timestampAuthorities.isEmpty() && logs.isEmpty();
  }

  /// Who signs.
  public sealed interface Signer {
    /// The holder of a key that verifiers know.
    record Known(PrivateKey key) implements Signer {}

    /// Whom a token names, by a key that is made for one signature, is never written anywhere and
    /// is forgotten after it.
    record Identified(Fulcio authority, IdentityToken token) implements Signer {}
  }

  /// How a key signs: the bundle of a signature that nobody has vouched for.
  @FunctionalInterface
  public interface Recipe {
    Bundle sign(PrivateKey key) throws FormatException, IOException;
  }

  /// A bundle, and the key that verifies it.
  ///
  /// @param issuers the certificates above the signer's, as the authority sent them
  public record Signed(Bundle bundle, PublicKey key, List<Certificate> issuers) {
    public Signed {
      issuers = List.copyOf(issuers);
    }
  }

  /// A signature with all that these services say of it. What they answer is about this signature
  /// and this key, or it is refused; whether they are to be believed is for a verifier to say.
  ///
  /// @throws FormatException if a service answers something else
  /// @throws IOException if a service refuses or cannot be asked, or the key cannot sign
  public Signed sign(Signer signer, Recipe recipe, Deadline deadline)
      throws FormatException, IOException {
    return switch (signer) {
      case Signer.Known(var key) ->
          new Signed(
              vouch(recipe.sign(key), key.publicKey(), Optional.empty(), deadline),
              key.publicKey(),
              List.of());
      case Signer.Identified(var authority, var token) -> {
        var key = SoftwareKey.generate(new SecureRandom());
        var certificates = authority.certify(key, token, deadline);
        var bundle = recipe.sign(key);
        yield new Signed(
            vouch(bundle, key.publicKey(), Optional.of(certificates.getFirst()), deadline),
            key.publicKey(),
            certificates.subList(1, certificates.size()));
      }
    };
  }

  private Bundle vouch(
      Bundle signed, PublicKey key, Optional<Certificate> certificate, Deadline deadline)
      throws FormatException, IOException {
    var proposal = new Proposal(signed.content(), key, certificate);
    var timestamps = new ArrayList<Bytes>();
    for (var authority : timestampAuthorities) {
      timestamps.add(authority.timestamp(proposal.signature(), deadline));
    }
    var entries = new ArrayList<LogEntry>();
    for (var log : logs) {
      entries.add(log.record(proposal, deadline));
    }
    var material =
        certificate
            .<Bundle.Material>map(one -> new Bundle.Material.Certificates(List.of(one.der())))
            .orElse(signed.material());
    return new Bundle(signed.version(), material, entries, timestamps, signed.content());
  }
}
