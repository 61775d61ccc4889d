package jbuild.step;

import java.util.ArrayList;
import java.util.List;
import jbuild.buildfile.Suggestion;
import jbuild.io.ByteString;

/** Guesses what a misspelt file name was meant to be. */
final class NearestName {
  private NearestName() {}

  /** {@code (did you mean X?)}, or nothing where no name is near. */
  static String hint(ByteString wanted, List<ByteString> names) {
    List<String> texts = new ArrayList<>(names.size());
    for (ByteString name : names) {
      texts.add(name.toString());
    }
    String hint = Suggestion.hint(wanted.toString(), texts);
    return hint == null ? "" : " (" + hint + ")";
  }
}
