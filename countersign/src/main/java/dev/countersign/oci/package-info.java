/// The nouns of OCI: digests, references, descriptors and manifests, as values.
///
/// Names are read as go-containerregistry reads them; manifests follow the [image spec
/// 1.1](https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md). No I/O.
package dev.countersign.oci;
