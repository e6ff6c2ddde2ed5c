package dev.countersign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.countersign.key.SoftwareKey;
import dev.countersign.oci.ImageReference;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Requirement;
import dev.countersign.registry.Deadline;
import dev.countersign.registry.RegistryOptions;
import dev.countersign.registry.RemoteRegistry;
import dev.countersign.sign.Signer;
import dev.countersign.testkit.InProcessOptions;
import dev.countersign.testkit.InProcessRegistry;
import dev.countersign.testkit.Quirk;
import dev.countersign.testkit.TestImage;
import dev.countersign.verify.Authority;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a verification costs its registry, on a warm connection. cosign 3.1 asks 7 times by digest
/// for a bundle and 5 times for the tag form, one after another; two more by tag.
class RequestCountTest {
  private static final SoftwareKey KEY = SoftwareKey.generate(new SecureRandom());
  private static final Requirement BY_KEY =
      Requirement.anyOf(new Authority.Key("release", KEY.publicKey()));

  @ParameterizedTest
  @CsvSource({
    "BUNDLE, DIGEST, LISTS, 4",
    "BUNDLE, TAG, LISTS, 5",
    "BUNDLE, DIGEST, LISTS_NOT, 5",
    "BUNDLE, TAG, LISTS_NOT, 6",
    "TAG, DIGEST, LISTS, 4",
    "TAG, TAG, LISTS, 5",
    "TAG, DIGEST, LISTS_NOT, 4",
    "TAG, TAG, LISTS_NOT, 5",
  })
  void asksNoMoreThanItMust(Form form, Name name, Listing listing, int requests) throws Exception {
    var options =
        listing == Listing.LISTS
            ? InProcessOptions.DEFAULT
            : InProcessOptions.DEFAULT.withQuirks(Quirk.NO_REFERRERS_API);
    try (var server = InProcessRegistry.start(options);
        var registry = new RemoteRegistry(RegistryOptions.DEFAULT)) {
      var content = TestImage.oci("app");
      content.pushTo(server, "acme/app", "v1");
      var repository = server.hostAndPort() + "/acme/app";
      var deadline = Deadline.after(Duration.ofMinutes(1));
      var signer = new ImageSigner(registry);
      var reference = ImageReference.parse(repository + ":v1");
      var image = signer.find(reference, ImageSigner.Depth.TOP, deadline).getLast();
      switch (form) {
        case BUNDLE -> signer.sign(image, new Signer(KEY, Map.of()), Instant.EPOCH, deadline);
        case TAG -> signer.signInTagForm(image, new Signer(KEY, Map.of()), deadline);
      }
      server.forgetRequests();

      var decision =
          new ImageVerifier(registry)
              .verify(name == Name.TAG ? reference : image, BY_KEY, deadline);

      assertInstanceOf(Decision.Allowed.class, decision);
      assertEquals(requests, server.requests().size(), () -> server.requests().toString());
    }
  }

  enum Form {
    BUNDLE,
    TAG
  }

  enum Name {
    DIGEST,
    TAG
  }

  enum Listing {
    LISTS,
    LISTS_NOT
  }
}
