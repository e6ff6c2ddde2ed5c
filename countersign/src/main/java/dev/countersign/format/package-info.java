/// Bytes, and the texts that carry them: base64, PEM; and what is thrown when one of them lies.
///
/// Nothing here knows JSON, OCI or signatures.
package dev.countersign.format;
