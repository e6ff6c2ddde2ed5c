package dev.countersign.testkit;

import static dev.countersign.testkit.Samples.IMAGE;
import static dev.countersign.testkit.Samples.OCI;
import static dev.countersign.testkit.Samples.referrer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ListRoutesTest extends RegistryTest {
  private static final Pattern LINK = Pattern.compile("<([^>]+)>; rel=\"next\"");
  private static final String REFERRERS = "/v2/a/b/referrers/" + IMAGE.digest();

  /// All pages from this one on.
  private List<Client.Answer> pages(String path) throws Exception {
    var pages = new ArrayList<Client.Answer>();
    for (var next = path; !next.isEmpty(); ) {
      var page = client.get(next);
      pages.add(page);
      var link = LINK.matcher(page.header("Link"));
      next = link.matches() ? link.group(1) : "";
    }
    return pages;
  }

  private void pushReferrers(String artifactType, int count) {
    for (var i = 0; i < count; i++) {
      var manifest = referrer(IMAGE.digest(), artifactType, i);
      registry.putManifest("a/b", ContentDigest.sha256(manifest), OCI, manifest);
    }
  }

  private static int count(List<Client.Answer> pages) {
    return pages.stream().mapToInt(page -> page.text().split("\"digest\"", -1).length - 1).sum();
  }

  @Test
  void listsTagsInPages() throws Exception {
    start();
    IMAGE.pushTo(registry, "a/b", "c", "a", "b");

    var pages = pages("/v2/a/b/tags/list?n=2");

    assertEquals(2, pages.size());
    assertTrue(pages.getFirst().text().contains("[\"a\",\"b\"]"), pages.getFirst().text());
    assertTrue(pages.getLast().text().contains("[\"c\"]"), pages.getLast().text());
  }

  @Test
  void listsTagsBehindTheLastOne() throws Exception {
    start();
    IMAGE.pushTo(registry, "a/b", "c", "a", "b");

    assertTrue(client.get("/v2/a/b/tags/list?last=a").text().contains("[\"b\",\"c\"]"));
    assertTrue(client.get("/v2/a/b/tags/list?n=0").text().contains("[]"));
  }

  @Test
  void knowsNoTagsOfAnUnknownRepository() throws Exception {
    start();

    var answer = client.get("/v2/c/d/tags/list");

    assertEquals(404, answer.status());
    assertTrue(answer.text().contains("\"NAME_UNKNOWN\""), answer.text());
  }

  @Test
  void listsReferrersInPages() throws Exception {
    start(InProcessOptions.DEFAULT.withPageSize(2));
    pushReferrers("a/x", 5);

    var pages = pages(REFERRERS);

    assertEquals(3, pages.size());
    assertEquals(5, count(pages));
    assertEquals(
        "application/vnd.oci.image.index.v1+json", pages.getFirst().header("Content-Type"));
  }

  @Test
  void listsReferrersOfOneTypeOnAllPages() throws Exception {
    start(InProcessOptions.DEFAULT.withPageSize(2));
    pushReferrers("a/x", 3);
    pushReferrers("a/y+json", 3);

    var pages = pages(REFERRERS + "?artifactType=a/y%2Bjson");

    assertEquals(2, pages.size());
    assertEquals(3, count(pages));
    for (var page : pages) {
      assertEquals("artifactType", page.header("OCI-Filters-Applied"));
      assertFalse(page.text().contains("\"a/x\""), page.text());
    }
  }

  @Test
  void leavesTheFilterToTheClientWhereThatIsSaid() throws Exception {
    start(InProcessOptions.DEFAULT.withQuirks(Quirk.NO_REFERRERS_FILTER));
    pushReferrers("a/x", 1);
    pushReferrers("a/y", 1);

    var answer = client.get(REFERRERS + "?artifactType=a/y");

    assertEquals("", answer.header("OCI-Filters-Applied"));
    assertEquals(2, count(List.of(answer)));
  }

  @Test
  void answersAnEmptyIndexWhereNothingRefers() throws Exception {
    start();

    var answer = client.get("/v2/no/such/referrers/" + IMAGE.digest());

    assertEquals(200, answer.status());
    assertTrue(answer.text().contains("\"manifests\":[]"), answer.text());
  }

  @Test
  void showsTypeSizeAndAnnotationsOfAReferrer() throws Exception {
    start();
    pushReferrers("a/x", 1);

    var text = client.get(REFERRERS).text();

    var size = referrer(IMAGE.digest(), "a/x", 0).length;
    assertTrue(text.contains("\"size\":" + size + ",\"artifactType\":\"a/x\""), text);
    assertTrue(text.contains("\"annotations\":{\"number\":\"0\"}"), text);
  }

  @Test
  void knowsNoReferrersWhereThatIsSaid() throws Exception {
    start(InProcessOptions.DEFAULT.withQuirks(Quirk.NO_REFERRERS_API));
    var manifest = referrer(IMAGE.digest(), "a/x", 1);

    var pushed = client.put(Samples.address(manifest), manifest, "Content-Type", OCI);
    var answer = client.get(REFERRERS);

    assertEquals("", pushed.header("OCI-Subject"));
    assertEquals(404, answer.status());
    assertEquals("404 page not found\n", answer.text());
    assertTrue(answer.header("Content-Type").startsWith("text/plain"));
  }
}
