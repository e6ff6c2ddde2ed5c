package dev.countersign.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.countersign.format.Bytes;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.verify.ConditionLanguage;
import dev.countersign.verify.PredicateCondition;
import java.util.stream.Collectors;

/// CEL over a statement: `predicate`, its JSON; `predicateType`; `subject`, the list of what it is
/// about; `statement`, all of it.
public final class Cel implements ConditionLanguage {
  /// The longest expression that is read, in bytes.
  public static final int MAX_SOURCE = 16 << 10;

  /// The most rounds that all `all`, `exists`, `map` and `filter` of one judgement make.
  static final int MAX_ROUNDS = 1_000_000;

  private static final int MAX_PARSE_DEPTH = 64;

  private static final CelOptions OPTIONS =
      CelOptions.current()
          .maxExpressionCodePointSize(MAX_SOURCE)
          .maxParseRecursionDepth(MAX_PARSE_DEPTH)
          .comprehensionMaxIterations(MAX_ROUNDS)
          .enableHeterogeneousNumericComparisons(true)
          .build();

  private static final CelType OBJECT = MapType.create(SimpleType.STRING, SimpleType.DYN);

  private final CelCompiler compiler =
      CelCompilerFactory.standardCelCompilerBuilder()
          .setOptions(OPTIONS)
          .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
          .addVar("predicate", SimpleType.DYN)
          .addVar("predicateType", SimpleType.STRING)
          .addVar("subject", ListType.create(OBJECT))
          .addVar("statement", OBJECT)
          .build();

  private final CelRuntime runtime =
      CelRuntimeFactory.plannerRuntimeBuilder().setOptions(OPTIONS).build();

  @Override
  public String ending() {
    return ".cel";
  }

  @Override
  public PredicateCondition parse(String name, Bytes source) throws FormatException {
    if (source.size() > MAX_SOURCE) {
      throw new FormatException(
          name + ": expected at most " + MAX_SOURCE + " bytes of CEL, got " + source.size());
    }
    var text = source.toUtf8();
    var tree = compile(name, text);
    var type = tree.getResultType();
    if (!type.equals(SimpleType.BOOL) && !type.equals(SimpleType.DYN)) {
      throw new FormatException(
          name + ": expected an expression that is true or false, got one of type " + type.name());
    }
    try {
      return new CelCondition(name, text, runtime.createProgram(tree));
    } catch (CelEvaluationException e) {
      throw new FormatException(name + ": " + OneLine.of(String.valueOf(e.getMessage())), e);
    }
  }

  private CelAbstractSyntaxTree compile(String name, String source) throws FormatException {
    try {
      return compiler.compile(source, name).getAst();
    } catch (CelValidationException e) {
      throw new FormatException(
          e.getErrors().stream()
              .limit(3)
              .map(issue -> place(name, issue) + OneLine.of(issue.getMessage()))
              .collect(Collectors.joining("; ")),
          e);
    }
  }

  /// Lines and columns from 1.
  private static String place(String name, CelIssue issue) {
    var at = issue.getSourceLocation();
    return "%s:%d:%d: ".formatted(name, Math.max(1, at.getLine()), at.getColumn() + 1);
  }
}
