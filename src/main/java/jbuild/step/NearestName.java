package jbuild.step;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jbuild.buildfile.Suggestion;
import jbuild.io.BytePath;
import jbuild.io.ByteString;

/** Guesses what a misspelt file name was meant to be. */
final class NearestName {
  private NearestName() {}

  /**
   * What is nearest to a missing path, in parentheses: a name like its last one, or like the first
   * one of its directories that is missing; or nothing.
   */
  static String explain(CopySource source, BytePath missing) throws IOException {
    if (missing.isRoot()) {
      return "";
    }
    BytePath absent = missing;
    while (!absent.parent().isRoot() && source.directory(absent.parent()) == null) {
      absent = absent.parent();
    }
    List<ByteString> names = source.list(absent.parent());
    if (names.contains(absent.name())) {
      return absent.equals(missing)
          ? ""
          : ": " + absent.relative() + " is no directory and leads to none";
    }
    String hint = hint(absent.name(), names);
    return hint.isEmpty() || absent.equals(missing)
        ? hint
        : ": there is no " + absent.relative() + hint;
  }

  /** {@code (did you mean X?)}, or nothing where no name is near. */
  private static String hint(ByteString wanted, List<ByteString> names) {
    List<String> texts = new ArrayList<>(names.size());
    for (ByteString name : names) {
      texts.add(name.toString());
    }
    String hint = Suggestion.hint(wanted.toString(), texts);
    return hint == null ? "" : " (" + hint + ")";
  }
}
