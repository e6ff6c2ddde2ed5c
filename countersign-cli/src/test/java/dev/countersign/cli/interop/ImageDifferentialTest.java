package dev.countersign.cli.interop;

import dev.countersign.format.Base64Text;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.json.JsonObject;
import dev.countersign.json.JsonValue;
import dev.countersign.json.JsonValue.JsonArray;
import dev.countersign.key.SoftwareKey;
import dev.countersign.oci.Content;
import dev.countersign.oci.Digest;
import dev.countersign.oci.Manifest;
import dev.countersign.signature.Bundle;
import dev.countersign.signature.Signature;
import dev.countersign.signature.Statement;
import dev.countersign.testkit.FakeCa;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.Quirk;
import dev.countersign.testkit.TestImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What cosign 3 stored beside an image, changed by chance, and what our command and cosign's say
/// of the image then.
@Timeout(value = 1, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ImageDifferentialTest {
  private static final int MUTANTS = 40 * Integer.getInteger("countersign.differential.rounds", 1);
  private static final String SIGNATURE = "dev.cosignproject.cosign/signature";
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";
  private static final TestImage IMAGE = TestImage.oci("judged");
  private static final TestImage ANOTHER = TestImage.oci("another");

  @TempDir static Path folder;
  private static InProcessRegistry registry;
  private static Desk desk;
  private static SoftwareKey key;

  /// Of the image by the good key, of another image by it, and of the image by another key.
  private static final List<Signed> SIGNED = new ArrayList<>();

  /// The texts that cosign stored for one image in both forms.
  private record Signed(
      Bytes payload, Bytes list, Bytes config, Bytes bundle, Bytes referrer, Bytes index) {
    Bytes statement() throws FormatException {
      var envelope = JsonValue.parseObject(bundle).getObject("dsseEnvelope");
      return Base64Text.decode(envelope.getString("payload"));
    }
  }

  /// The text that is changed; those that name it by its digest are made to fit.
  enum Part {
    PAYLOAD,
    LIST,
    STATEMENT,
    BUNDLE,
    REFERRER,
    INDEX
  }

  @BeforeAll
  static void sign() throws Exception {
    Tool.COSIGN3.require();
    var ca = FakeCa.create();
    var trust = Files.writeString(folder.resolve("ca.pem"), ca.certificatePem());
    registry =
        InProcessRegistry.start(
            InProcessOptions.DEFAULT.withHttps(ca).withQuirks(Quirk.NO_REFERRERS_API));
    desk = Desk.at(folder).with("SSL_CERT_FILE", trust.toString());
    desk.makeKeys(Tool.COSIGN3, "good");
    desk.makeKeys(Tool.COSIGN3, "other");
    key = Keys.open(desk, "good");
    SIGNED.add(signed("good", IMAGE));
    SIGNED.add(signed("good", ANOTHER));
    SIGNED.add(signed("other", IMAGE));
  }

  @AfterAll
  static void stop() {
    if (registry != null) {
      registry.close();
    }
  }

  private static Signed signed(String by, TestImage image) throws Exception {
    var repository = by + '/' + image.digest().substring(7, 15);
    var reference = push(image, repository);
    for (var form : List.of("--new-bundle-format=false", "--new-bundle-format")) {
      desk.run(
              Tool.COSIGN3,
              "sign",
              "--key=" + by + ".key",
              "--use-signing-config=false",
              "--tlog-upload=false",
              "--annotations=env=prod",
              form,
              reference)
          .succeeded();
    }
    var list = manifest(repository, Site.signatureTag(image.digest()));
    var index = manifest(repository, image.digest().replace(':', '-'));
    var referrer = manifest(repository, digest(first(index, "manifests")));
    return new Signed(
        blob(repository, digest(first(list, "layers"))),
        list,
        blob(repository, digest(JsonValue.parseObject(list).getObject("config"))),
        blob(repository, digest(first(referrer, "layers"))),
        referrer,
        index);
  }

  @ParameterizedTest
  @EnumSource
  void agreesWithCosignAboutImages(Part part) throws Exception {
    var mutants = new ArrayList<Mutant>();
    for (int i = 0; i < MUTANTS; i++) {
      var repository = part.name().toLowerCase(Locale.ROOT) + '/' + i;
      var reference = push(IMAGE, repository);
      mutants.add(new Mutant(reference, part, i, change(part, i, repository)));
    }
    var theirs = mutants.parallelStream().map(one -> verify(Tool.COSIGN3, one)).toList();
    var comparison = new Comparison("cosign, of an image's " + part);
    for (int i = 0; i < MUTANTS; i++) {
      var mutant = mutants.get(i);
      comparison.add(mutant.reproduction(), verify(Tool.OURS, mutant), theirs.get(i));
    }
    comparison.report(key.publicKey());
  }

  private record Mutant(String reference, Part part, int seed, Mutation.Changed changed) {
    String reproduction() {
      return part + " " + seed + ": " + changed.change() + '\n' + Base64Text.encode(changed.text());
    }

    /// Why commands may say that there is no signature, in words of which nobody else is capable:
    /// what cannot be read is no list, what says to be something else is no signature.
    String silence() {
      try {
        return switch (part) {
          case INDEX -> {
            var read = Manifest.parse(new Content(INDEX, changed.text()));
            yield read instanceof Manifest.Index ? "" : "[no index]";
          }
          case BUNDLE -> silence(Bundle.parse(changed.text()));
          case STATEMENT -> silence(Bundle.parse(Keys.bundle(key, changed.text())));
          case PAYLOAD, LIST, REFERRER -> "";
        };
      } catch (FormatException e) {
        return e.problem();
      }
    }

    private static String silence(Bundle bundle) {
      var type = new Signature.Bundled(bundle).unverifiedPredicateType().orElse("");
      var predicate = type.equals(Statement.SIGNATURE) ? "" : "[predicate type " + type + ']';
      return bundle.version() == Bundle.Version.V0_3 ? predicate : "[bundle before 0.3]";
    }
  }

  private static Verdict verify(Tool tool, Mutant mutant) {
    var run = desk.verify(tool, "good", "--annotations=env=prod", mutant.reference());
    var silence = run.exit() == 10 ? '\n' + mutant.silence() : "";
    return new Verdict(run.exit() == 0, run.stderr() + silence);
  }

  /// Stores what cosign stored, with one part changed.
  ///
  /// @return what was changed, and into what
  private static Mutation.Changed change(Part part, int seed, String repository) throws Exception {
    for (var signed : SIGNED) {
      for (var blob : List.of(signed.payload(), signed.config(), signed.bundle())) {
        registry.putBlob(repository, blob.toArray());
      }
      putManifest(repository, Digest.of(signed.referrer()).toString(), MANIFEST, signed.referrer());
    }
    var random = new Random(seed);
    var good = SIGNED.getFirst();
    var originals = new ArrayList<Bytes>();
    for (var signed : SIGNED) {
      originals.add(
          switch (part) {
            case PAYLOAD -> signed.payload();
            case LIST -> signed.list();
            case STATEMENT -> signed.statement();
            case BUNDLE -> signed.bundle();
            case REFERRER -> signed.referrer();
            case INDEX -> signed.index();
          });
    }
    var changed = new Mutation(random).of(originals.getFirst(), originals);
    var text = changed.text();
    switch (part) {
      case PAYLOAD -> {
        var isSigned = random.nextInt(8) > 0;
        storeList(repository, list(good, text, key.sign(isSigned ? text : good.payload())));
        registry.putBlob(repository, text.toArray());
      }
      case LIST -> storeList(repository, text);
      case STATEMENT -> storeBundle(repository, good, Keys.bundle(key, text));
      case BUNDLE -> storeBundle(repository, good, text);
      case REFERRER -> storeReferrer(repository, good, text);
      case INDEX -> storeIndex(repository, text);
    }
    return changed;
  }

  private static Bytes list(Signed like, Bytes payload, Bytes signature) throws FormatException {
    var annotations = JsonObject.empty().with(SIGNATURE, Base64Text.encode(signature));
    var layer = fitted(first(like.list(), "layers"), payload).with("annotations", annotations);
    return with(like.list(), "layers", layer);
  }

  private static void storeList(String repository, Bytes list) {
    putManifest(repository, Site.signatureTag(IMAGE.digest()), MANIFEST, list);
  }

  private static void storeBundle(String repository, Signed like, Bytes bundle)
      throws FormatException {
    registry.putBlob(repository, bundle.toArray());
    var layer = fitted(first(like.referrer(), "layers"), bundle);
    storeReferrer(repository, like, with(like.referrer(), "layers", layer));
  }

  private static void storeReferrer(String repository, Signed like, Bytes referrer)
      throws FormatException {
    putManifest(repository, Digest.of(referrer).toString(), MANIFEST, referrer);
    var entry = fitted(first(like.index(), "manifests"), referrer);
    storeIndex(repository, with(like.index(), "manifests", entry));
  }

  private static void storeIndex(String repository, Bytes index) {
    putManifest(repository, IMAGE.digest().replace(':', '-'), INDEX, index);
  }

  private static Bytes with(Bytes manifest, String name, JsonObject only) throws FormatException {
    return JsonValue.parseObject(manifest).with(name, new JsonArray(List.of(only))).toBytes();
  }

  /// `descriptor`, of `content`.
  private static JsonObject fitted(JsonObject descriptor, Bytes content) {
    return descriptor.with("digest", Digest.of(content).toString()).with("size", content.size());
  }

  private static JsonObject first(Bytes manifest, String name) throws FormatException {
    return JsonValue.parseObject(manifest).getArray(name).getFirst().asObject(name);
  }

  private static String digest(JsonObject descriptor) throws FormatException {
    return descriptor.getString("digest");
  }

  private static String push(TestImage image, String repository) {
    registry.putBlob(repository, image.layer());
    registry.putBlob(repository, image.config());
    registry.putManifest(repository, image.digest(), image.mediaType(), image.manifest());
    return registry.hostAndPort() + '/' + repository + '@' + image.digest();
  }

  private static void putManifest(String repository, String at, String type, Bytes manifest) {
    registry.putManifest(repository, at, type, manifest.toArray());
  }

  private static Bytes manifest(String repository, String reference) {
    return Bytes.copyOf(registry.manifest(repository, reference).orElseThrow());
  }

  private static Bytes blob(String repository, String digest) {
    return Bytes.copyOf(registry.blob(repository, digest).orElseThrow());
  }
}
