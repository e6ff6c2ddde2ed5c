package dev.countersign.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.oci.Digest;
import dev.countersign.signature.GitSource;
import dev.countersign.signature.Provenance;
import dev.countersign.signature.Statement;
import dev.countersign.verify.PredicateCondition.Outcome;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Provenance in the shapes in which builders write it; `provenance/README.md` says where each
/// document is described.
class ProvenanceFieldsTest {
  private static final Digest IMAGE = Digest.of(Bytes.utf8("image"));

  @ParameterizedTest
  @CsvSource({
    "tekton-pipelinerun-slsa-v1, https://tekton.dev/chains/v2, github.com/acme/app,",
    "tekton-taskrun-slsa-v1, https://tekton.dev/chains/v2, github.com/acme/app,",
    "tekton-pipelinerun-old, https://tekton.dev/chains/v2, github.com/acme/app,",
    "tekton-taskrun-v2alpha1, https://tekton.dev/chains/v2, github.com/acme/app,",
    "tekton-pipelinerun-v2alpha2, https://tekton.dev/chains/v2, github.com/acme/app,",
    "tekton-pipelinerun-v2alpha3, https://tekton.dev/chains/v2, github.com/acme/app,",
    "tekton-taskrun-v2alpha4, https://tekton.dev/chains/v2, github.com/acme/app,",
    "github-generator-v02, "
        + "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/"
        + "generator_container_slsa3.yml@refs/tags/v2.0.0, github.com/acme/app, refs/heads/main",
    "github-attest-v1, https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main,"
        + " github.com/acme/app, refs/heads/main",
    "buildkit-v02, https://ci.acme.io/builder, github.com/acme/app, refs/heads/main",
    "buildkit-v1, https://ci.acme.io/builder, github.com/acme/app, refs/heads/main",
    "gitlab-v1, https://gitlab.acme.io/group/app/-/runners/1, gitlab.acme.io/group/app,",
  })
  void readsWhatBuildersWrite(String name, String builder, String repository, String ref)
      throws Exception {
    var statement = statement(name);
    var refWanted = Optional.ofNullable(ref);

    assertMet(fields(builder, repository, refWanted).judge(statement));
    assertUnmet("builder: ", fields(builder + "x", repository, refWanted).judge(statement));
    assertUnmet("sourceRepo: ", fields(builder, repository + "x", refWanted).judge(statement));
    assertUnmet(
        "ref: expected refs/heads/evil",
        fields(builder, repository, Optional.of("refs/heads/evil")).judge(statement));
  }

  /// The pipeline's own text lies in another repository; that is not what was built.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "tekton-pipelinerun-slsa-v1",
        "tekton-taskrun-slsa-v1",
        "tekton-pipelinerun-v2alpha3",
        "tekton-taskrun-v2alpha4",
      })
  void takesNoPipelineForTheSource(String name) throws Exception {
    var definitions = GitSource.parse("https://github.com/acme/pipelines");

    assertUnmet(
        "sourceRepo: expected github.com/acme/pipelines, got github.com/acme/app",
        new ProvenanceFields(Optional.empty(), Optional.of(definitions), Optional.empty())
            .judge(statement(name)));
  }

  /// A build that took another repository in besides is not one of this repository.
  @Test
  void wantsEachSourceToBeTheRepository() throws Exception {
    var v02 = provenance("tekton-pipelinerun-slsa-v1");
    var v1 = provenance("tekton-pipelinerun-v2alpha3");
    var evil = "{\"uri\":\"git+https://github.com/evil/app\",\"digest\":{\"sha1\":\"00\"}}";

    for (var text :
        new String[] {
          v02.replace("\"materials\": [", "\"materials\": [" + evil + ","),
          v1.replace(
              "\"resolvedDependencies\": [",
              "\"resolvedDependencies\": ["
                  + evil.replace("{\"uri\"", "{\"name\":\"inputs/result\",\"uri\"")
                  + ","),
        }) {
      assertUnmet(
          "sourceRepo: expected github.com/acme/app, got github.com/evil/app",
          fields("https://tekton.dev/chains/v2", "github.com/acme/app", Optional.empty())
              .judge(parse(text)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "{\"builder\":\"https://tekton.dev/chains/v2\"}",
        "{\"builder\":{\"id\":\"https://tekton.dev/chains/v2\"}}",
        "{\"builder\":{\"id\":\"https://tekton.dev/chains/v2\"},\"materials\":[null]}",
        "{\"runDetails\":{\"builder\":{\"id\":\"https://tekton.dev/chains/v2\"}},"
            + "\"buildDefinition\":{\"externalParameters\":{\"workflow\":\"x\"}}}",
      })
  void isNotMetByWhatNamesNoSource(String predicate) throws Exception {
    for (var type : new String[] {Provenance.V02, Provenance.V1}) {
      assertInstanceOf(
          Outcome.Unmet.class,
          fields("https://tekton.dev/chains/v2", "github.com/acme/app", Optional.empty())
              .judge(
                  Statement.attestation(
                      Statement.Subject.of("app", IMAGE), type, Bytes.utf8(predicate))));
    }
  }

  @Test
  void refusesContradictions() throws Exception {
    var app = Optional.of(GitSource.parse("github.com/acme/app"));
    var withRef = Optional.of(GitSource.parse("git+https://github.com/acme/app@main"));

    assertThrows(
        IllegalArgumentException.class,
        () -> new ProvenanceFields(Optional.empty(), Optional.empty(), Optional.of("main")));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ProvenanceFields(Optional.empty(), withRef, Optional.empty()));
    assertEquals(app, new ProvenanceFields(Optional.empty(), app, Optional.of("x")).sourceRepo());
  }

  private static ProvenanceFields fields(String builder, String repository, Optional<String> ref)
      throws FormatException {
    return new ProvenanceFields(
        Optional.of(builder), Optional.of(GitSource.parse(repository)), ref);
  }

  private static void assertMet(Outcome outcome) {
    assertEquals(new Outcome.Met(), outcome);
  }

  private static void assertUnmet(String problem, Outcome outcome) {
    var unmet = assertInstanceOf(Outcome.Unmet.class, outcome);
    assertTrue(unmet.problem().startsWith(problem), unmet::problem);
  }

  private static Statement statement(String name) throws Exception {
    return parse(provenance(name));
  }

  private static Statement parse(String text) throws FormatException {
    return Statement.parse(Bytes.utf8(text.replace("$IMAGE", IMAGE.hex())));
  }

  private static String provenance(String name) throws IOException {
    try (var in = ProvenanceFieldsTest.class.getResourceAsStream("provenance/" + name + ".json")) {
      if (in == null) {
        throw new AssertionError(name);
      }
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
  }
}
