package dev.countersign.provider;

import dev.countersign.json.JsonObject;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Signature;
import java.util.Optional;
import java.util.regex.Pattern;

/// Who made a signature, as far as that is known.
sealed interface FoundSigner {
  /// An authority of the policies in force: its key opens the signature.
  record Known(Wanted authority) implements FoundSigner {}

  /// Another key, as the bundle names it. Anybody may have written that.
  ///
  /// @param fingerprint as of keys
  record Named(String fingerprint) implements FoundSigner {}

  /// Some certificate.
  record Certified() implements FoundSigner {}

  /// Nobody says.
  record Unknown() implements FoundSigner {}

  /// What stands for the SHA-256 of a key.
  Pattern HINT = Pattern.compile("[A-Za-z0-9+/]{43}=");

  /// The signer of a signature that no known key opens.
  static FoundSigner stranger(Signature signature) {
    return switch (signature) {
      case Signature.Simple _, Signature.Attested _, Signature.Malformed _ -> new Unknown();
      case Signature.Bundled(Bundle bundle) ->
          switch (bundle.material()) {
            case Bundle.Material.Certificates _ -> new Certified();
            case Bundle.Material.KeyHint(var hint) ->
                HINT.matcher(hint).matches() ? new Named("SHA256:" + hint) : new Unknown();
          };
    };
  }

  /// A few words for people.
  default String text() {
    return switch (this) {
      case Known(var authority) -> authority.text();
      case Named(var fingerprint) -> Wanted.brief(fingerprint);
      case Certified _ -> "a certificate";
      case Unknown _ -> "an unknown key";
    };
  }

  /// What is known, without what is not.
  default JsonObject toJson() {
    return switch (this) {
      case Known(var authority) -> authority.toJson();
      case Named(var fingerprint) -> JsonObject.empty().with("claimedKey", fingerprint);
      case Certified _ -> JsonObject.empty().with("certificate", "not looked at");
      case Unknown _ -> JsonObject.empty();
    };
  }

  /// The authority, if it is one.
  default Optional<Wanted> known() {
    return this instanceof Known(var authority) ? Optional.of(authority) : Optional.empty();
  }
}
