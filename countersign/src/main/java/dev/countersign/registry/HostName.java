package dev.countersign.registry;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// What the text of a host says without asking anybody.
final class HostName {
  private static final Pattern NUMBER = Pattern.compile("[0-9]+|0[xX][0-9a-fA-F]*");
  private static final List<InetAddress> LOOPBACK =
      List.of(
          address(new byte[] {127, 0, 0, 1}),
          address(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}));

  private HostName() {}

  /// Whether `host` is `localhost`, a name under it, or a loopback address.
  static boolean isLoopback(String host) {
    return isLocalhost(host)
        || literal(host).filter(a -> AddressKind.of(a) == AddressKind.LOOPBACK).isPresent();
  }

  /// The addresses that `host` has without a look-up: those of a literal, and loopback's for
  /// `localhost` and the names under it ([RFC 6761
  /// §6.3](https://www.rfc-editor.org/rfc/rfc6761#section-6.3)), whatever a name server says.
  static List<InetAddress> known(String host) {
    return isLocalhost(host) ? LOOPBACK : literal(host).map(List::of).orElse(List.of());
  }

  /// Whether `host` is written as a number, in any of the ways in which C libraries read one.
  static boolean isNumeric(String host) {
    return NUMBER.matcher(host.substring(host.lastIndexOf('.') + 1)).matches();
  }

  /// The address that `host` spells, `0x7f.1` and `2130706433` among the spellings.
  static Optional<InetAddress> literal(String host) {
    if (host.indexOf(':') >= 0) {
      return ipv6(host);
    }
    return isNumeric(host) ? ipv4(host.split("\\.", -1)) : Optional.empty();
  }

  /// Lower-case, without a final dot.
  static String canonical(String host) {
    var lower = host.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }

  private static boolean isLocalhost(String host) {
    return host.equals("localhost") || host.endsWith(".localhost");
  }

  private static Optional<InetAddress> ipv6(String host) {
    try {
      return host.indexOf('%') < 0 ? Optional.of(InetAddress.getByName(host)) : Optional.empty();
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /// As inet_aton: one to four numbers, of which the last fills the bytes that are left.
  private static Optional<InetAddress> ipv4(String[] parts) {
    if (parts.length > 4) {
      return Optional.empty();
    }
    long value = 0;
    for (int i = 0; i < parts.length; i++) {
      boolean last = i == parts.length - 1;
      long part = number(parts[i]);
      if (part < 0 || part >= 1L << (last ? 8 * (4 - i) : 8)) {
        return Optional.empty();
      }
      value |= last ? part : part << (8 * (3 - i));
    }
    return Optional.of(
        address(
            new byte[] {
              (byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value
            }));
  }

  /// The value of a decimal, `0…` octal or `0x…` number, or -1.
  private static long number(String text) {
    if (text.isEmpty() || text.length() > 16 || !NUMBER.matcher(text).matches()) {
      return -1;
    }
    boolean hex = text.startsWith("0x") || text.startsWith("0X");
    var digits = hex ? text.substring(2) : text;
    int radix = hex ? 16 : text.startsWith("0") ? 8 : 10;
    try {
      return digits.isEmpty() ? 0 : Long.parseLong(digits, radix);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError("four or sixteen bytes are an address", e);
    }
  }
}
