package dev.countersign.sigstore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.HostileInput;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.sigstore.SigningConfig.Service;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SigningConfigTest {
  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
  private static final String CONFIG =
      """
      {"mediaType":"application/vnd.dev.sigstore.signingconfig.v0.2+json",
       "caUrls":[
         {"url":"https://old","majorApiVersion":1,"validFor":{"start":"2025-01-01T00:00:00Z","end":"2026-01-01T00:00:00Z"},"operator":"a"},
         {"url":"https://new","majorApiVersion":1,"validFor":{"start":"2026-01-01T00:00:00Z"},"operator":"a"},
         {"url":"https://later","majorApiVersion":1,"validFor":{"start":"2027-01-01T00:00:00Z"},"operator":"a"}],
       "rekorTlogUrls":[
         {"url":"https://one","majorApiVersion":1,"validFor":{"start":"2026-02-01T00:00:00Z"},"operator":"c"},
         {"url":"https://two","majorApiVersion":2,"validFor":{"start":"2026-01-01T00:00:00Z"},"operator":"a"},
         {"url":"https://newer","majorApiVersion":2,"validFor":{"start":"2026-02-01T00:00:00Z"},"operator":"a"},
         {"url":"https://three","majorApiVersion":2,"validFor":{"start":"2026-01-01T00:00:00Z"},"operator":"b"}],
       "rekorTlogConfig":{"selector":"SELECTOR","count":COUNT},
       "tsaUrls":[],"tsaConfig":{},"later":1}
      """;

  private static SigningConfig config(String selector, int count) throws FormatException {
    return SigningConfig.parse(
        Bytes.utf8(CONFIG.replace("SELECTOR", selector).replace("COUNT", Integer.toString(count))));
  }

  /// The highest version that is in use, one service of an operator, the newest first.
  @ParameterizedTest
  @CsvSource({
    "ANY, 0, https://newer",
    "ALL, 0, https://newer https://three",
    "EXACT, 1, https://newer",
    "EXACT, 2, https://newer https://three"
  })
  void theSelectorSaysHowManyAreAsked(String selector, int count, String urls) throws Exception {
    var selected = config(selector, count).logs().select(Set.of(1, 2), NOW);
    assertEquals(List.of(urls.split(" ")), selected.stream().map(Service::url).toList());
  }

  @Test
  void versionsThatAreNotSpokenArePassedOver() throws Exception {
    var selected = config("ANY", 0).logs().select(Set.of(1), NOW);
    assertEquals(List.of("https://one"), selected.stream().map(Service::url).toList());
  }

  @Test
  void servicesAreInUseForATime() throws Exception {
    var config = config("ANY", 0);
    assertEquals(
        Optional.of("https://new"), config.certificateAuthority(Set.of(1), NOW).map(Service::url));
    assertEquals(
        Optional.of("https://later"),
        config
            .certificateAuthority(Set.of(1), Instant.parse("2027-01-01T00:00:00Z"))
            .map(Service::url));
    var failure =
        assertThrows(
            FormatException.class,
            () -> config.certificateAuthority(Set.of(1), Instant.parse("2024-01-01T00:00:00Z")));
    assertTrue(failure.problem().contains("expected a service in use"), failure.problem());
  }

  @ParameterizedTest
  @CsvSource({"EXACT, 3", "EXACT, 0", "SERVICE_SELECTOR_UNDEFINED, 0"})
  void fewerThanAreToBeAskedAreRefused(String selector, int count) throws Exception {
    var logs = config(selector, count).logs();
    assertThrows(FormatException.class, () -> logs.select(Set.of(1, 2), NOW));
  }

  @Test
  void noServiceIsNoneToAsk() throws Exception {
    assertEquals(List.of(), config("ANY", 0).timestampAuthorities().select(Set.of(1), NOW));
  }

  @Test
  void survivesHostileInput() {
    HostileInput.attack(
        5,
        json -> SigningConfig.parse(json).logs().select(Set.of(1, 2), NOW),
        Bytes.utf8(CONFIG.replace("SELECTOR", "EXACT").replace("COUNT", "2")));
  }
}
