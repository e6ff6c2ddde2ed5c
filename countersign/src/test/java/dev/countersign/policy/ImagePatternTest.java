package dev.countersign.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.HostileInput;
import dev.countersign.format.FormatException;
import dev.countersign.oci.Repository;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImagePatternTest {
  @ParameterizedTest
  @CsvSource({
    "ghcr.io/acme/app, ghcr.io/acme/app, true",
    "ghcr.io/acme/app, ghcr.io/acme/app2, false",
    "ghcr.io/acme/app, ghcr.io/acme/app/sub, false",
    "ghcr.io/acme/app, ghcr.io/acme, false",
    "ghcr.io/acme/*, ghcr.io/acme/app, true",
    "ghcr.io/acme/*, ghcr.io/acme/team/app, false",
    "ghcr.io/acme/*, ghcr.io/acme-evil/app, false",
    "ghcr.io/acme/**, ghcr.io/acme/app, true",
    "ghcr.io/acme/**, ghcr.io/acme/team/app, true",
    "ghcr.io/acme/**, ghcr.io/acme, false",
    "ghcr.io/acme/**, ghcr.io/acme-evil/app, false",
    "ghcr.io/**/app, ghcr.io/a/b/app, true",
    "ghcr.io/**/app, ghcr.io/app, false",
    "ghcr.io/acme/app-*, ghcr.io/acme/app-web, true",
    "ghcr.io/acme/app-*, ghcr.io/acme/app, false",
    "ghcr.io/acme/*-app-*, ghcr.io/acme/my-app-web, true",
    "ghcr.io/acme/*-app-*, ghcr.io/acme/my-app, false",
    "*.acme.io/app, eu.acme.io/app, true",
    "*.acme.io/app, eu.evil.io/app, false",
    "*.acme.io/app, acme.io/app, false",
    "**, ghcr.io/any/thing, true",
    "**, nginx, true",
    "localhost:5000/app, localhost:5000/app, true",
    "localhost:5000/app, localhost:5001/app, false",
  })
  void matchesWholeNamesPartByPart(String pattern, String repository, boolean matches)
      throws FormatException {
    assertEquals(matches, matches(pattern, repository));
  }

  /// `docker.io/myorg` must not be `docker.io/myorg-evil`, and Docker Hub has several names.
  @ParameterizedTest
  @CsvSource({
    "docker.io/myorg/*, docker.io/myorg/app, true",
    "docker.io/myorg/*, docker.io/myorg-evil/app, false",
    "docker.io/myorg, docker.io/myorg-evil, false",
    "docker.io/myorg/*, myorg/app, true",
    "docker.io/myorg/*, index.docker.io/myorg/app, true",
    "docker.io/myorg/*, registry-1.docker.io/myorg/app, true",
    "docker.io/myorg/*, registry.hub.docker.com/myorg/app, true",
    "docker.io/myorg/*, docker.io.evil.com/myorg/app, false",
    "myorg/*, docker.io/myorg/app, true",
    "docker.io/**, nginx, true",
    "docker.io/**, registry-1.docker.io/a/b, true",
    "docker.io/**, ghcr.io/a/b, false",
    "nginx, docker.io/library/nginx, true",
    "nginx, nginx, true",
    "docker.io/nginx, nginx, true",
    "docker.io/library/nginx, nginx, true",
    "nginx, ghcr.io/library/nginx, false",
  })
  void knowsDockerHubByAllItsNames(String pattern, String repository, boolean matches)
      throws FormatException {
    assertEquals(matches, matches(pattern, repository));
  }

  /// Another spelling of a host is the same host: a lax rule for the rest must not catch it.
  @ParameterizedTest
  @ValueSource(strings = {"ghcr.io/acme/app", "GHCR.IO/acme/app", "ghcr.io:443/acme/app"})
  void knowsAHostByEachSpelling(String repository) throws FormatException {
    assertEquals(true, matches("ghcr.io/acme/*", repository));
    assertEquals(true, matches("GHCR.io:443/acme/*", repository));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "ghcr.io/acme/app:v1",
        "app:v1",
        "ghcr.io/acme/app@sha256:00",
        "ghcr.io/acme**",
        "ghcr.io/ac**me/app",
        "ghcr.io//app",
        "ghcr.io/app/",
        "ghcr.io/{a,b}",
        "ghcr.io/a?b",
        "***",
      })
  void refusesWhatIsNoPattern(String text) {
    assertThrows(FormatException.class, () -> ImagePattern.parse(text));
  }

  @Test
  void putsTheMostSpecificFirst() throws FormatException {
    var patterns = new ArrayList<ImagePattern>();
    for (var text :
        List.of(
            "**",
            "ghcr.io/**",
            "ghcr.io/acme/**",
            "ghcr.io/acme/app-*",
            "ghcr.io/acme/app",
            "ghcr.io/**/app")) {
      patterns.add(ImagePattern.parse(text));
    }

    patterns.sort(ImagePattern.MOST_SPECIFIC_FIRST);

    assertEquals(
        List.of(
            "ghcr.io/acme/app",
            "ghcr.io/acme/app-*",
            "ghcr.io/acme/**",
            "ghcr.io/**/app",
            "ghcr.io/**",
            "**"),
        patterns.stream().map(ImagePattern::toString).toList());
  }

  /// A stranger's name and a careless pattern take no time that grows faster than their lengths.
  @Test
  @Timeout(5)
  void takesNoTimeOverAHostileName() throws FormatException {
    var pattern = ImagePattern.parse("ghcr.io/" + "**/".repeat(40) + "*a*a*a*a*a*a*b");
    var name = "a/".repeat(60) + "a".repeat(100);

    assertEquals(false, pattern.matches(new Repository("ghcr.io", name)));
  }

  @Test
  void takesAPatternOfAtMost512Characters() throws FormatException {
    var longest = "ghcr.io/" + "a".repeat(504);

    assertEquals(longest, ImagePattern.parse(longest).toString());
    assertThrows(FormatException.class, () -> ImagePattern.parse(longest + "a"));
  }

  @Test
  void equalsThatOfTheSameImages() throws FormatException {
    var nginx = ImagePattern.parse("nginx");

    assertEquals(ImagePattern.parse("docker.io/library/nginx"), nginx);
    assertEquals(ImagePattern.parse("docker.io/library/nginx").hashCode(), nginx.hashCode());
    assertNotEquals(0, nginx.hashCode());
    assertNotEquals(ImagePattern.parse("ghcr.io/library/nginx"), nginx);
    assertNotEquals(nginx, (Object) "index.docker.io/library/nginx");
  }

  @Test
  void letsAStarStandForNothing() throws FormatException {
    assertTrue(matches("ghcr.io/acme/app*", "ghcr.io/acme/app"));
  }

  @ParameterizedTest
  @CsvSource({
    "ghcr.io/a/*, ghcr.io/*/applications",
    "ghcr.io/*/ab, ghcr.io/*/a",
    "ghcr.io/*abc, ghcr.io/*/*/*",
    "ghcr.io/a, ghcr.io/a*",
  })
  void ordersByTheTextBeforeTheFirstStarAndThenByAllText(String first, String second)
      throws FormatException {
    var order = ImagePattern.MOST_SPECIFIC_FIRST;

    assertTrue(order.compare(ImagePattern.parse(first), ImagePattern.parse(second)) < 0);
    assertTrue(order.compare(ImagePattern.parse(second), ImagePattern.parse(first)) > 0);
  }

  @Test
  void survivesHostileInput() {
    HostileInput.attackText(
        21,
        text -> ImagePattern.parse(text).matches(new Repository("ghcr.io", "acme/app")),
        "ghcr.io/acme/**",
        "docker.io/*-app/**");
  }

  private static boolean matches(String pattern, String repository) throws FormatException {
    return ImagePattern.parse(pattern).matches(Repository.parse(repository));
  }
}
