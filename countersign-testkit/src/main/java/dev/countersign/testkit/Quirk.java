package dev.countersign.testkit;

/// A way in which some registries differ from the specification, or from what it only permits.
public enum Quirk {
  /// No referrers end point: 404 in plain text, and no `OCI-Subject`, as docker-registry 2.8.
  NO_REFERRERS_API,
  /// Lists of referrers come whole; the filter by artifact type is the client's work.
  NO_REFERRERS_FILTER,
  /// `If-Match` and `If-None-Match` of a write are not looked at, and no `ETag` is sent.
  NO_IF_MATCH,
  /// Manifests may name blobs and manifests that are not there.
  ACCEPTS_MISSING_CONTENT,
  /// A mount begins an upload instead.
  NO_MOUNT,
  /// A `POST` with a digest begins an upload instead.
  NO_SINGLE_POST,
  /// A `Range` is answered with the whole blob.
  NO_RANGE,
  /// Nothing can be deleted: 405.
  NO_DELETE,
  /// No `Docker-Content-Digest`.
  NO_DIGEST_HEADER,
  /// The token end point takes `GET` only; `POST` is 404.
  NO_OAUTH_POST,
  /// Listens on `[::1]` also, at the same port.
  ALSO_IPV6
}
