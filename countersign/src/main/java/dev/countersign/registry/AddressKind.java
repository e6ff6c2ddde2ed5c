package dev.countersign.registry;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;

/// What an address is to a service that strangers can name hosts to. An IPv4 address inside an IPv6
/// address counts as itself.
enum AddressKind {
  ORDINARY,
  LOOPBACK,
  LINK_LOCAL,
  /// Unspecified, multicast, reserved, or the metadata service of a cloud.
  SPECIAL;

  /// Azure, Alibaba, Oracle, EC2 and Google; the others are link-local.
  private static final Set<String> METADATA =
      Set.of(
          "a83f8110",
          "646464c8",
          "c00000c0",
          "fd000ec2000000000000000000000254",
          "fd2000ce000000000000000000000254");

  static AddressKind of(InetAddress address) {
    var bytes = address.getAddress();
    var kind = bytes.length == 4 ? ofIpv4(bytes) : ofIpv6(bytes);
    return METADATA.contains(HexFormat.of().formatHex(bytes)) ? SPECIAL : kind;
  }

  private static AddressKind ofIpv4(byte[] bytes) {
    int first = bytes[0] & 0xff;
    if (first == 127) {
      return LOOPBACK;
    }
    if (first == 169 && (bytes[1] & 0xff) == 254) {
      return LINK_LOCAL;
    }
    return first == 0 || first >= 224 ? SPECIAL : ORDINARY;
  }

  private static AddressKind ofIpv6(byte[] bytes) {
    int first = ((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff);
    if ((first & 0xffc0) == 0xfe80) {
      return LINK_LOCAL;
    }
    if (first >= 0xff00) {
      return SPECIAL;
    }
    if (isZero(bytes, 0, 15)) {
      return bytes[15] == 1 ? LOOPBACK : SPECIAL;
    }
    int at = embedded(bytes, first);
    return at < 0 ? ORDINARY : of(ipv4(bytes, at, first == 0x2001));
  }

  /// Where an IPv4 address begins: compatible, mapped and translated (`::`, `::ffff:`,
  /// `::ffff:0:`), NAT64 (`64:ff9b::`, `64:ff9b:1::`), 6to4 (`2002:`), Teredo (`2001:0:`), ISATAP.
  private static int embedded(byte[] bytes, int first) {
    if (first == 0x2002) {
      return 2;
    }
    boolean teredo = first == 0x2001 && isZero(bytes, 2, 4);
    boolean nat64 = first == 0x64 && (bytes[2] & 0xff) == 0xff && (bytes[3] & 0xff) == 0x9b;
    boolean isatap =
        (bytes[8] & 0xfd) == 0 && bytes[9] == 0 && bytes[10] == 0x5e && (bytes[11] & 0xff) == 0xfe;
    return teredo || nat64 || isatap || isZero(bytes, 0, 8) ? 12 : -1;
  }

  private static boolean isZero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static InetAddress ipv4(byte[] bytes, int at, boolean inverted) {
    var four = Arrays.copyOfRange(bytes, at, at + 4);
    for (int i = 0; inverted && i < 4; i++) {
      four[i] = (byte) ~four[i];
    }
    try {
      return InetAddress.getByAddress(four);
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes are an address", e);
    }
  }
}
