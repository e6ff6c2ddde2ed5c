/// Where signatures lie beside an image, in any content store.
///
/// Knows the layouts, after cosign's [signature
/// spec](https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md#storage); judges
/// nothing.
package dev.countersign.attachment;
