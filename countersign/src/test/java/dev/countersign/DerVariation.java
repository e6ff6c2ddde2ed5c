package dev.countersign;

import dev.countersign.der.DerReader;
import dev.countersign.der.DerWriter;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// One change to the structure of a DER value, whose lengths are right all the same: an element
/// less, an element more, or one of another tag.
///
/// @param name the change and its place, the members of each SEQUENCE counted from 0, as in
///   `without 2.1`
public record DerVariation(String name, Bytes der) {
  private static final int CONSTRUCTED = 0x20;
  private static final byte[] MORE = DerWriter.ofNull();

  /// What a parser does.
  public interface Parser {
    void parse(Bytes der) throws FormatException;
  }

  /// The names of those of `der`, one element, that `parser` takes.
  ///
  /// @param opaque the places whose insides stay as they are
  public static SortedSet<String> taken(Bytes der, Parser parser, String... opaque)
      throws FormatException {
    parser.parse(der);
    var taken = new TreeSet<String>();
    for (var variation : of("", der.toArray(), Set.of(opaque))) {
      try {
        parser.parse(variation.der());
        taken.add(variation.name());
      } catch (FormatException e) {
        // As it should be.
      }
    }
    return taken;
  }

  private static List<DerVariation> of(String place, byte[] element, Set<String> opaque)
      throws FormatException {
    int tag = element[0] & 0xff;
    var variations = new ArrayList<DerVariation>();
    var retagged = element.clone();
    retagged[0] ^= 0x01;
    variations.add(new DerVariation("other tag " + place, Bytes.copyOf(retagged)));
    if ((tag & CONSTRUCTED) == 0 || opaque.contains(place)) {
      return variations;
    }
    var members = members(DerReader.of(element).content(tag));
    variations.add(variation("more in " + place, tag, inserted(members, members.size(), MORE)));
    for (int i = 0; i < members.size(); i++) {
      var inner = place.isEmpty() ? "" + i : place + "." + i;
      variations.add(variation("without " + inner, tag, without(members, i)));
      for (var change : of(inner, members.get(i), opaque)) {
        var changed = inserted(without(members, i), i, change.der().toArray());
        variations.add(variation(change.name(), tag, changed));
      }
    }
    return variations;
  }

  private static DerVariation variation(String name, int tag, List<byte[]> members) {
    return new DerVariation(
        name, Bytes.copyOf(DerWriter.element(tag, members.toArray(byte[][]::new))));
  }

  private static List<byte[]> members(byte[] content) throws FormatException {
    var members = new ArrayList<byte[]>();
    for (var reader = DerReader.of(content); !reader.isAtEnd(); ) {
      members.add(reader.element());
    }
    return members;
  }

  private static List<byte[]> inserted(List<byte[]> members, int at, byte[] member) {
    var copy = new ArrayList<>(members);
    copy.add(at, member);
    return copy;
  }

  private static List<byte[]> without(List<byte[]> members, int at) {
    var copy = new ArrayList<>(members);
    copy.remove(at);
    return copy;
  }
}
