package dev.countersign.cli.interop;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.cli.interop.LooseJson.Items;
import dev.countersign.cli.interop.LooseJson.Member;
import dev.countersign.cli.interop.LooseJson.Members;
import dev.countersign.cli.interop.LooseJson.Raw;
import dev.countersign.cli.interop.LooseJson.Spot;
import dev.countersign.cli.interop.LooseJson.Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;

/// Changes JSON texts where programs disagree about them: in names, types, base64, numbers, lists,
/// and around them. All is drawn from `random`, so that a seed says what was done.
record Mutation(Random random) {
  /// A changed text.
  ///
  /// @param change what was done to it, in words
  record Changed(String change, Bytes text) {}

  private record Step(String change, LooseJson json) {}

  /// One or two changes to `text`; parts of it may be taken from `donors`, which are like it.
  Changed of(Bytes text, List<Bytes> donors) throws FormatException {
    var json = LooseJson.of(JsonValue.parse(text));
    var others = new ArrayList<LooseJson>();
    for (var donor : donors) {
      others.add(LooseJson.of(JsonValue.parse(donor)));
    }
    var first = step(json, others);
    if (random.nextInt(4) > 0) {
      return written(first);
    }
    var second = step(first.json(), others);
    return written(new Step(first.change() + ", " + second.change(), second.json()));
  }

  private Changed written(Step step) {
    var plain = step.json().write("").getBytes(UTF_8);
    return switch (random.nextInt(30)) {
      case 0 -> new Changed(step.change() + ", spread", utf8(step.json().write("\r\n\t ")));
      case 1 -> new Changed(step.change() + ", space after", joined(plain, " \n".getBytes(UTF_8)));
      case 2 -> new Changed(step.change() + ", NUL after", joined(plain, new byte[] {0}));
      case 3 -> new Changed(step.change() + ", {} after", joined(plain, "{}".getBytes(UTF_8)));
      case 4 -> new Changed(step.change() + ", comment", joined("/**/".getBytes(UTF_8), plain));
      case 5 -> new Changed(step.change() + ", mark", joined("\uFEFF".getBytes(UTF_8), plain));
      case 6 -> new Changed(step.change() + ", cut", cut(plain));
      default -> new Changed(step.change(), Bytes.copyOf(plain));
    };
  }

  private static Bytes utf8(String text) {
    return Bytes.utf8(text);
  }

  private Bytes cut(byte[] text) {
    return Bytes.copyOf(Arrays.copyOf(text, Math.max(0, text.length - 1 - random.nextInt(3))));
  }

  private static Bytes joined(byte[] first, byte[] second) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(first);
    out.writeBytes(second);
    return Bytes.copyOf(out.toByteArray());
  }

  private Step step(LooseJson json, List<LooseJson> others) {
    var spot = one(json.spots());
    var done = random.nextInt(4) == 0 ? any(spot, others) : fitting(spot, others);
    return new Step(done.change() + " at " + spot.path(), spot.put().apply(done.json()));
  }

  private Step fitting(Spot spot, List<LooseJson> others) {
    return switch (spot.value()) {
      case Members members when !members.list().isEmpty() -> ofMembers(members);
      case Items items when !items.list().isEmpty() -> ofItems(items, spot.path(), others);
      case Text text -> ofText(text.text());
      case Raw raw when raw.json().matches("-?[0-9]+") -> ofNumber(raw.json());
      case Members members -> any(spot, others);
      case Items items -> any(spot, others);
      case Raw raw -> any(spot, others);
    };
  }

  /// What can be done to any value.
  private Step any(Spot spot, List<LooseJson> others) {
    var value = spot.value();
    return switch (random.nextInt(10)) {
      case 0 -> new Step("null", new Raw("null"));
      case 1 -> new Step("number", new Raw("1"));
      case 2 -> new Step("string", new Text("1"));
      case 3 -> new Step("true", new Raw("true"));
      case 4 -> new Step("no members", new Members(List.of()));
      case 5 -> new Step("no items", new Items(List.of()));
      case 6 -> new Step("in an array", new Items(List.of(value)));
      case 7 -> new Step("in an object", new Members(List.of(new Member("a", value))));
      default -> new Step("another's", another(spot, others));
    };
  }

  /// What stands at the same place of another text, or the value itself.
  private LooseJson another(Spot spot, List<LooseJson> others) {
    var found =
        others.stream()
            .flatMap(other -> other.spots().stream())
            .filter(there -> there.path().equals(spot.path()))
            .map(Spot::value)
            .toList();
    return found.isEmpty() ? spot.value() : one(found);
  }

  private Step ofMembers(Members members) {
    int at = random.nextInt(members.list().size());
    var member = members.list().get(at);
    var name = member.name();
    var nothing = new Member(name, new Raw("null"));
    return switch (random.nextInt(14)) {
      case 0, 1 -> new Step("drop " + name, members.replaced(at));
      case 2 -> new Step("twice " + name, members.replaced(at, member, member));
      case 3 -> new Step("null and " + name, members.replaced(at, nothing, member));
      case 4 -> new Step(name + " and null", members.replaced(at, member, nothing));
      case 5 -> {
        var other = new Member(swappedCase(name), new Text("other"));
        yield new Step(name + " and another case", members.replaced(at, member, other));
      }
      case 6 -> renamed(members, at, swappedCase(name));
      case 7 -> renamed(members, at, name.toUpperCase(Locale.ROOT));
      case 8 -> renamed(members, at, snakeCase(name));
      case 9 -> renamed(members, at, name + " ");
      case 10 -> {
        var shuffled = new ArrayList<>(members.list());
        Collections.shuffle(shuffled, random);
        yield new Step("shuffle", new Members(shuffled));
      }
      case 11 -> added(members, new Member("extra", new Raw("1")));
      default -> added(members, one(KNOWN));
    };
  }

  /// Members that these formats know, each where it is, or is not, expected.
  private static final List<Member> KNOWN =
      List.of(
          new Member("tlogEntries", new Items(List.of())),
          new Member("tlogEntries", new Items(List.of(new Members(List.of())))),
          new Member("timestampVerificationData", new Members(List.of())),
          new Member(
              "timestampVerificationData",
              new Members(List.of(new Member("rfc3161Timestamps", new Items(List.of()))))),
          new Member("certificate", new Members(List.of())),
          new Member("x509CertificateChain", new Members(List.of())),
          new Member("publicKey", new Members(List.of())),
          new Member("messageSignature", new Members(List.of())),
          new Member("dsseEnvelope", new Members(List.of())),
          new Member("keyid", new Text("k")),
          new Member("name", new Text("n")),
          new Member("urls", new Items(List.of(new Text("https://example.invalid/")))),
          new Member("data", new Text("e30=")),
          new Member("artifactType", new Text("application/vnd.example")),
          new Member("annotations", new Members(List.of())),
          new Member("manifests", new Items(List.of())),
          new Member("layers", new Items(List.of())),
          new Member("platform", new Members(List.of())));

  private static Step added(Members members, Member more) {
    var list = new ArrayList<>(members.list());
    list.add(more);
    return new Step("add " + more.name(), new Members(list));
  }

  private static Step renamed(Members members, int at, String name) {
    var member = members.list().get(at);
    return new Step(
        "rename " + member.name() + " to " + name,
        members.replaced(at, new Member(name, member.value())));
  }

  private static String swappedCase(String name) {
    if (name.isEmpty()) {
      return "A";
    }
    var first = name.substring(0, 1);
    var upper = first.toUpperCase(Locale.ROOT);
    return (upper.equals(first) ? first.toLowerCase(Locale.ROOT) : upper) + name.substring(1);
  }

  private static String snakeCase(String name) {
    return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  private Step ofItems(Items items, String path, List<LooseJson> others) {
    int at = random.nextInt(items.list().size());
    var item = items.list().get(at);
    var other = another(new Spot(path + "[0]", item, value -> value), others);
    return switch (random.nextInt(8)) {
      case 0 -> new Step("drop " + at, items.replaced(at));
      case 1 -> new Step("twice " + at, items.replaced(at, item, item));
      case 2 -> new Step("another's before " + at, items.replaced(at, other, item));
      case 3 -> new Step("another's after " + at, items.replaced(at, item, other));
      case 4 -> new Step("null after " + at, items.replaced(at, item, new Raw("null")));
      case 5 -> new Step("null before " + at, items.replaced(at, new Raw("null"), item));
      case 6 -> new Step("{} after " + at, items.replaced(at, item, new Members(List.of())));
      default -> {
        var many = Collections.nCopies(40, item);
        yield new Step("40 times", new Items(many));
      }
    };
  }

  private Step ofNumber(String number) {
    return switch (random.nextInt(9)) {
      case 0 -> new Step("one more", new Raw(Long.toString(Long.parseLong(number) + 1)));
      case 1 -> new Step("one less", new Raw(Long.toString(Long.parseLong(number) - 1)));
      case 2 -> new Step("as string", new Text(number));
      case 3 -> new Step(".0", new Raw(number + ".0"));
      case 4 -> new Step("e0", new Raw(number + "e0"));
      case 5 -> new Step("negative", new Raw("-" + number));
      case 6 -> new Step("0 before", new Raw("0" + number));
      case 7 -> new Step("half more", new Raw(number + ".5"));
      default -> new Step("huge", new Raw(number + "0".repeat(30)));
    };
  }

  private Step ofText(String text) {
    if (text.startsWith("application/") && random.nextInt(3) > 0) {
      return new Step("media type", new Text(mediaType(text)));
    }
    if (text.length() > 40
        && text.matches("([A-Za-z0-9+/]{4})+([A-Za-z0-9+/]{2}(==|[A-Za-z0-9+/]=))?")
        && random.nextInt(4) > 0) {
      return ofBase64(text);
    }
    if (text.matches("(sha256:)?[0-9a-f]{64}") && random.nextInt(2) > 0) {
      return new Step("digest", new Text(digest(text)));
    }
    return switch (random.nextInt(8)) {
      case 0 -> new Step("upper case", new Text(text.toUpperCase(Locale.ROOT)));
      case 1 -> new Step("space after", new Text(text + " "));
      case 2 -> new Step("NUL after", new Text(text + "\0"));
      case 3 -> new Step("empty", new Text(""));
      case 4 -> new Step("more", new Text(text + "A"));
      case 5 -> new Step("less", new Text(text.isEmpty() ? "" : text.substring(1)));
      case 6 -> new Step("lone surrogate", new Raw("\"\\ud800" + escaped(text) + '"'));
      default -> new Step("escaped", new Raw('"' + escaped(text) + '"'));
    };
  }

  private static String escaped(String text) {
    return text.chars().mapToObj("\\u%04x"::formatted).collect(Collectors.joining());
  }

  private String mediaType(String text) {
    return one(
        List.of(
            text.toUpperCase(Locale.ROOT),
            text + "; charset=utf-8",
            text + ' ',
            text.replace("v0.3", "v0.4"),
            text.replace("v0.3", "v0.1"),
            "application/vnd.dev.sigstore.bundle+json;version=0.1",
            "application/vnd.dev.sigstore.bundle+json;version=0.2",
            "application/vnd.dev.sigstore.bundle+json;version=0.3",
            "application/vnd.dev.sigstore.bundle+json;version=0.4",
            "application/vnd.oci.image.index.v1+json",
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.docker.distribution.manifest.v2+json",
            "application/vnd.oci.empty.v1+json",
            "application/json"));
  }

  private String digest(String text) {
    var hex = text.substring(text.indexOf(':') + 1);
    return one(
        List.of(
            text.toUpperCase(Locale.ROOT),
            text.replace(hex, hex.toUpperCase(Locale.ROOT)),
            hex,
            "sha256:" + hex,
            "sha512:" + hex + hex,
            text.replace(hex, hex.substring(1)),
            text + "0",
            " " + text));
  }

  private Step ofBase64(String text) {
    var bytes = Base64.getDecoder().decode(text);
    var encoder = Base64.getEncoder();
    return switch (random.nextInt(12)) {
      case 0 -> new Step("base64 for URLs", new Text(text.replace('+', '-').replace('/', '_')));
      case 1 -> new Step("no padding", new Text(text.replace("=", "")));
      case 2 -> new Step("= after", new Text(text + '='));
      case 3 -> new Step("line end after", new Text(text + '\n'));
      case 4 ->
          new Step("line end inside", new Text(text.substring(0, 8) + "\r\n" + text.substring(8)));
      case 5 -> new Step("space inside", new Text(text.substring(0, 8) + ' ' + text.substring(8)));
      case 6 -> new Step("trailing bits", new Text(trailingBits(text)));
      case 7 -> {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        yield new Step("a bit flipped", new Text(encoder.encodeToString(bytes)));
      }
      case 8 -> {
        var longer = Arrays.copyOf(bytes, bytes.length + 1);
        yield new Step("a byte after", new Text(encoder.encodeToString(longer)));
      }
      case 9 -> {
        var shorter = Arrays.copyOf(bytes, bytes.length - 1);
        yield new Step("a byte less", new Text(encoder.encodeToString(shorter)));
      }
      case 10 -> new Step("encoded twice", new Text(encoder.encodeToString(text.getBytes(UTF_8))));
      default -> new Step("! inside", new Text(text.substring(0, 8) + '!' + text.substring(8)));
    };
  }

  /// The same bytes, with a bit set that stands for none of them.
  private static String trailingBits(String text) {
    int last = text.indexOf('=') - 1;
    var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (last < 0) {
      return text;
    }
    var other = alphabet.charAt(alphabet.indexOf(text.charAt(last)) | 1);
    return text.substring(0, last) + other + text.substring(last + 1);
  }

  private <T> T one(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
