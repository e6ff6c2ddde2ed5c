package dev.countersign.cel;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.countersign.format.FormatException;
import dev.countersign.format.OneLine;
import dev.countersign.verify.ExpressionLanguage;
import dev.countersign.verify.TextMatch;

/// Go's regular expressions ([RE2](https://github.com/google/re2/wiki/Syntax)), which take time in
/// proportion to the text, whatever the text.
public final class Re2 implements ExpressionLanguage {
  private static final int MAX_CHARACTERS = 4_096;

  @Override
  public TextMatch search(String expression) throws FormatException {
    return new Expression(compile(expression), Extent.ANYWHERE);
  }

  @Override
  public TextMatch whole(String expression) throws FormatException {
    return new Expression(compile(expression), Extent.WHOLE);
  }

  private enum Extent {
    ANYWHERE,
    WHOLE
  }

  private record Expression(Pattern pattern, Extent extent) implements TextMatch {
    @Override
    public boolean matches(String text) {
      return switch (extent) {
        case ANYWHERE -> pattern.matcher(text).find();
        case WHOLE -> pattern.matcher(text).matches();
      };
    }

    @Override
    public String toString() {
      return OneLine.of(pattern.pattern());
    }
  }

  private static Pattern compile(String expression) throws FormatException {
    if (expression.length() > MAX_CHARACTERS) {
      throw new FormatException(
          "expected an expression of at most " + MAX_CHARACTERS + " characters, got more");
    }
    try {
      return Pattern.compile(expression);
    } catch (PatternSyntaxException e) {
      throw new FormatException(
          "expected a regular expression (RE2), got " + expression + ": " + e.getDescription(), e);
    }
  }
}
