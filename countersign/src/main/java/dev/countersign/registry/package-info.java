/// Registries over HTTP ([distribution spec
/// 1.1](https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md)): manifests and
/// blobs by name and digest, with credentials, limits and deadlines.
///
/// The only network I/O of the library. Knows no signatures, reads no files and no environment.
package dev.countersign.registry;
