package dev.countersign.cli.kubernetes;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A request that the API server refused, or that did not reach it, or whose answer was no answer
/// of an API server.
public final class ApiException extends IOException {
  private static final long serialVersionUID = 1L;

  private static final int NO_ANSWER = 0;

  private final int status;
  private final String advice;

  private ApiException(int status, String problem, String advice, @Nullable Throwable cause) {
    super(problem, cause);
    this.status = status;
    this.advice = advice;
  }

  /// An answer with this status of HTTP that is not what was asked for.
  static ApiException answered(int status, String problem) {
    return new ApiException(status, problem, advice(status), null);
  }

  /// No answer, or not all of one.
  ///
  /// @param advice what to do, in one line
  static ApiException unanswered(String problem, String advice, Throwable cause) {
    return new ApiException(NO_ANSWER, problem, advice, cause);
  }

  private static String advice(int status) {
    return switch (status) {
      case 400, 413, 422 -> "it is as the API server says: change what it names";
      case 401 -> "log in again: these credentials have ended, or are of another cluster";
      case 403 ->
          "give whoever runs this that right: kubectl auth can-i --list shows what there is";
      case 404 -> "make first what is not found: the namespace, or what knows this kind";
      case 409 -> "another change came first: look at what is there now, then run this again";
      case 429, 500, 502, 503, 504 -> "the API server is busy or not well: run this again later";
      default -> "see that the kubeconfig's server is an API server";
    };
  }

  /// What to do, in one line.
  public String advice() {
    return advice;
  }

  /// Whether there was an answer at all.
  public boolean isAnswered() {
    return status != NO_ANSWER;
  }

  /// Whether the object may not be as it was asked to be.
  public boolean isInvalid() {
    return status == 422;
  }

  /// Whether the caller may not do this.
  public boolean isForbidden() {
    return status == 403;
  }
}
