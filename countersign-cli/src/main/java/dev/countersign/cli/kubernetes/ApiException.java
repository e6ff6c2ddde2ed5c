package dev.countersign.cli.kubernetes;

import java.io.IOException;

/// A request that the API server refused, or that did not reach it.
public final class ApiException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /// @param status of HTTP
  ApiException(int status, String problem) {
    super(problem);
    this.status = status;
  }

  /// Whether another's change came first, or the name is taken.
  public boolean isConflict() {
    return status == 409;
  }

  /// Whether the object may not be as it was asked to be.
  public boolean isInvalid() {
    return status == 422;
  }

  /// Whether the caller may not do this.
  public boolean isForbidden() {
    return status == 401 || status == 403;
  }
}
