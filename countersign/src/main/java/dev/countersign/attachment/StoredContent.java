package dev.countersign.attachment;

import dev.countersign.format.Bytes;
import dev.countersign.signature.Signature;
import java.util.Map;

/// A signature or an attestation as it is stored, before anything in it is read or believed.
///
/// @param annotations of its layer; in tag form they hold the signature and what belongs to it
public record StoredContent(Signature.Form form, Map<String, String> annotations, Bytes bytes) {
  public StoredContent {
    annotations = Map.copyOf(annotations);
  }
}
