package jbuild.check;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import jbuild.buildfile.ShellWords;
import jbuild.buildfile.SyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * A word as the builder would expand it, and which variables it asked for.
 *
 * @param text the result; the word itself when it cannot be expanded
 * @param unmatched names without a value, in the order of their use
 */
record Expansion(String text, Set<String> matched, Set<String> unmatched) {

  static Expansion of(ShellWords words, String word, Map<String, String> values) {
    if (word.indexOf('$') < 0 && word.indexOf('\\') < 0 && word.indexOf('`') < 0) {
      // The usual case, but for quotes, which only expand() takes away.
      if (word.indexOf('\'') < 0 && word.indexOf('"') < 0) {
        return new Expansion(word, Set.of(), Set.of());
      }
    }
    Set<String> matched = new LinkedHashSet<>();
    Set<String> unmatched = new LinkedHashSet<>();
    String text = word;
    try {
      text = words.expand(word, name -> look(values, name, matched, unmatched));
    } catch (SyntaxException e) {
      // The build itself says so, with the word's place.
      return new Expansion(word, matched, unmatched);
    }
    return new Expansion(text, matched, unmatched);
  }

  private static @Nullable String look(
      Map<String, String> values, String name, Set<String> matched, Set<String> unmatched) {
    String value = values.get(name);
    (value == null ? unmatched : matched).add(name);
    return value;
  }

  boolean isConstant() {
    return matched.isEmpty() && unmatched.isEmpty();
  }
}
