package dev.countersign.registry;

/// To whom HTTP without TLS is spoken. Loopback is a matter of the name as it is written: a name
/// that a look-up leads to a loopback address is like any other, since name servers are not to
/// decide who is spoken to without TLS.
public enum PlainHttp {
  /// To `localhost`, `*.localhost`, `127.0.0.0/8` and `[::1]`, which are asked so first.
  LOOPBACK_ONLY,

  /// Also to a host whose port refuses or does not speak TLS; never after a certificate error.
  INSECURE_ALLOWED
}
