package dev.countersign.policy;

import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.signature.GitSource;
import dev.countersign.signature.Provenance;
import dev.countersign.signature.Statement;
import dev.countersign.verify.PredicateCondition.Outcome;
import java.util.Optional;
import java.util.Set;

/// What SLSA provenance must say, in plain fields; each exactly, and of every source.
///
/// @param builder the builder's id
/// @param sourceRepo the repository that was built, without a ref
/// @param ref the branch, tag or commit of it, as the builder wrote it
public record ProvenanceFields(
    Optional<String> builder, Optional<GitSource> sourceRepo, Optional<String> ref) {
  private static final Set<String> TYPES = Set.of(Provenance.V02, Provenance.V1);

  /// @throws IllegalArgumentException if nothing is asked for, or a ref of no repository, or the
  ///   repository has a ref of its own
  public ProvenanceFields {
    if (builder.isEmpty() && sourceRepo.isEmpty()) {
      throw new IllegalArgumentException(
          ref.isEmpty() ? "nothing is asked for" : "ref belongs to a sourceRepo; add that");
    }
    if (sourceRepo.flatMap(GitSource::ref).isPresent()) {
      throw new IllegalArgumentException("sourceRepo has a ref in it; write that as ref");
    }
  }

  /// Whether attestations of this type have such fields.
  public static boolean isFor(String predicateType) {
    return TYPES.contains(predicateType);
  }

  /// Whether `statement` says all this.
  Outcome judge(Statement statement) {
    try {
      var provenance = Provenance.of(statement);
      return builder
          .filter(id -> !id.equals(provenance.builder()))
          .map(id -> unmet("builder", id, provenance.builder()))
          .or(() -> sourceRepo.flatMap(wanted -> otherSource(provenance, wanted)))
          .orElseGet(Outcome.Met::new);
    } catch (FormatException e) {
      return new Outcome.Unmet(e.problem());
    }
  }

  private Optional<Outcome> otherSource(Provenance provenance, GitSource wanted) {
    if (provenance.sources().isEmpty()) {
      return Optional.of(unmet("sourceRepo", wanted.repository(), ""));
    }
    return provenance.sources().stream()
        .flatMap(source -> other(source, wanted).stream())
        .findFirst();
  }

  private Optional<Outcome> other(Provenance.Source source, GitSource wanted) {
    try {
      var found = GitSource.parse(source.url());
      if (!found.repository().equals(wanted.repository())) {
        return Optional.of(unmet("sourceRepo", wanted.repository(), found.repository()));
      }
      var foundRef = source.ref().isEmpty() ? found.ref().orElse("") : source.ref();
      return ref.filter(text -> !text.equals(foundRef)).map(text -> unmet("ref", text, foundRef));
    } catch (FormatException e) {
      return Optional.of(unmet("sourceRepo", wanted.repository(), source.url()));
    }
  }

  private static Outcome unmet(String field, String wanted, String got) {
    return new Outcome.Unmet(
        field + ": expected " + wanted + ", got " + (got.isEmpty() ? "none" : OneLine.of(got)));
  }
}
