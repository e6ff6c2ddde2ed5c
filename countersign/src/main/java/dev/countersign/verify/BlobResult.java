package dev.countersign.verify;

import dev.countersign.key.SignatureScheme;
import dev.countersign.verify.VerificationResult.Reason;

/// What a signature proves about a file to one authority.
public sealed interface BlobResult {
  /// The authority signed this file.
  ///
  /// @param scheme how the key's signature matched
  record Verified(Authority authority, Signer signer, SignatureScheme scheme, LogEvidence log)
      implements BlobResult {}

  /// It proves nothing.
  record Rejected(Authority authority, Reason reason) implements BlobResult {}
}
