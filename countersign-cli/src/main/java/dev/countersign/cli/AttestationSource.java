package dev.countersign.cli;

import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.oci.Digest;
import dev.countersign.signature.PredicateType;
import dev.countersign.signature.Statement;
import java.io.IOException;
import java.util.List;

/// What is to be attested, by the command line: a predicate of some type, or a whole statement.
sealed interface AttestationSource {
  Flag PREDICATE = Flag.text("predicate", "file with what to attest; - is standard input");
  Flag STATEMENT =
      Flag.text("statement", "file with a whole in-toto statement, signed as it is; - as above");
  Flag TYPE =
      Flag.text(
              "type",
              "slsaprovenance, slsaprovenance02, slsaprovenance1, link, spdx, spdxjson, cyclonedx,"
                  + " vuln, openvex, custom, or a URI")
          .initially("custom");
  List<Flag> FLAGS = List.of(PREDICATE, STATEMENT, TYPE);

  /// The longest file that is read. More of them than are read of an image would be of no use.
  int MOST_BYTES = 24 << 20;

  /// The URI of the predicate's type.
  String predicateType();

  /// The JSON text of the statement about `subject`.
  ///
  /// @throws Failure if what is to be attested is about something else
  Bytes statement(Statement.Subject subject, Digest digest) throws Failure, FormatException;

  /// Reads what the command line names, once for all subjects.
  static AttestationSource read(Arguments arguments, World world) throws Failure, IOException {
    var predicate = arguments.find(PREDICATE);
    var statement = arguments.find(STATEMENT);
    if (predicate.isPresent() == statement.isPresent()) {
      throw new Failure(
          "expected one of --predicate and --statement, got "
              + (predicate.isPresent() ? "both" : "none"));
    }
    var type = type(arguments);
    var name = predicate.or(() -> statement).orElseThrow();
    refuseTwoUsesOfStdin(name, world);
    var content = SmallFile.read(world, name, MOST_BYTES);
    world
        .stderr()
        .println("Using " + (predicate.isPresent() ? "payload" : "statement") + " from: " + name);
    try {
      var source =
          predicate.isPresent()
              ? new Predicate(type.uri(), type.predicate(content, world.now()))
              : new WholeStatement(name, content, Statement.parse(content));
      requireUse(source, arguments, type);
      return source;
    } catch (FormatException e) {
      throw new Failure("cannot attest " + OneLine.of(name) + ": " + e.problem());
    }
  }

  /// The type that `--type` names.
  static PredicateType type(Arguments arguments) throws Failure {
    try {
      return PredicateType.parse(arguments.text(TYPE));
    } catch (FormatException e) {
      throw new Failure(e.problem());
    }
  }

  private static void refuseTwoUsesOfStdin(String name, World world) throws Failure {
    if (name.equals("-")
        && world.variable("COSIGN_PASSWORD").isEmpty()
        && world.keyboard().source() == Keyboard.Source.STREAM) {
      throw new Failure("standard input is what to attest and cannot hold the password too")
          .withHint("set COSIGN_PASSWORD, to nothing if the key has no password");
    }
  }

  private static void requireUse(AttestationSource source, Arguments arguments, PredicateType type)
      throws Failure {
    if (source.predicateType().equals(Statement.SIGNATURE)) {
      throw new Failure(
          "expected what to attest, got a statement of type "
              + Statement.SIGNATURE
              + ", which is a signature; use countersign sign");
    }
    if (arguments.given(TYPE).isPresent() && !source.predicateType().equals(type.uri())) {
      throw new Failure(
          "expected a statement of the --type %s, got one of %s"
              .formatted(type.uri(), OneLine.of(source.predicateType())));
    }
  }

  /// A predicate of any subject.
  ///
  /// @param json the predicate's JSON text
  record Predicate(String predicateType, Bytes json) implements AttestationSource {
    @Override
    public Bytes statement(Statement.Subject subject, Digest digest) throws FormatException {
      return Statement.attestation(subject, predicateType, json).toBytes();
    }
  }

  /// A statement that names its subjects.
  ///
  /// @param name of its file
  record WholeStatement(String name, Bytes text, Statement parsed) implements AttestationSource {
    @Override
    public String predicateType() {
      return parsed.predicateType();
    }

    @Override
    public Bytes statement(Statement.Subject subject, Digest digest) throws Failure {
      if (parsed.about(digest).isEmpty()) {
        throw new Failure(
            "expected a statement about %s, got one about %s"
                .formatted(
                    digest,
                    parsed.images().isEmpty() ? "nothing with a SHA-256" : parsed.images()));
      }
      return text;
    }
  }
}
