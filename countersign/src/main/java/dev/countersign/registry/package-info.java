/// Registries over HTTP ([distribution spec
/// 1.1](https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md)): manifests and
/// blobs by name and digest, with credentials, limits and deadlines.
///
/// The only network I/O of the library; and the same content in a folder, as an image layout. Knows
/// no signatures, reads no other files and no environment.
package dev.countersign.registry;
