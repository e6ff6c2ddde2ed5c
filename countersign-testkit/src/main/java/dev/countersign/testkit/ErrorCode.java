package dev.countersign.testkit;

/// The error codes of the distribution specification, with the status each is sent with.
enum ErrorCode {
  BLOB_UNKNOWN(404),
  BLOB_UPLOAD_INVALID(416),
  BLOB_UPLOAD_UNKNOWN(404),
  DENIED(403),
  DIGEST_INVALID(400),
  MANIFEST_BLOB_UNKNOWN(400),
  MANIFEST_INVALID(400),
  MANIFEST_UNKNOWN(404),
  NAME_INVALID(400),
  NAME_UNKNOWN(404),
  /// Not in the specification: an `If-Match` that did not hold.
  PRECONDITION_FAILED(412),
  /// Also for what is over a limit of this registry.
  SIZE_INVALID(413),
  TOOMANYREQUESTS(429),
  UNAUTHORIZED(401),
  UNSUPPORTED(405);

  private final int status;

  ErrorCode(int status) {
    this.status = status;
  }

  int status() {
    return status;
  }
}
