package jbuild.buildfile;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Recognises {@code <<NAME}, {@code <<-NAME}, {@code <<"NAME"} and {@code 3<<NAME} as words. */
final class HeredocMark {
  /** Always with the backslash, whatever the escape directive says: so BuildKit does. */
  private static final ShellWords UNQUOTED = ShellWords.withEscape('\\').keepingUnset();

  private static final ShellWords QUOTED = UNQUOTED.keepingQuotes();
  private static final ShellWords RAW = QUOTED.keepingEscapes();

  private HeredocMark() {}

  /** The documents that a line opens, in order. A line with open quotes opens none. */
  static List<Heredoc> findAll(String line) {
    List<Heredoc> found = new ArrayList<>();
    try {
      for (String word : RAW.split(line, Variables.NONE)) {
        Heredoc document = parse(word);
        if (document != null) {
          found.add(document);
        }
      }
    } catch (SyntaxException e) {
      // Not the builder's business: the shell gets the text and judges the quotes.
      return List.of();
    }
    return found;
  }

  /** The document that the word opens, still without content, or null. */
  static @Nullable Heredoc parse(String word) {
    int at = 0;
    while (at < word.length() && word.charAt(at) >= '0' && word.charAt(at) <= '9') {
      at++;
    }
    if (!word.startsWith("<<", at)) {
      return null;
    }
    int descriptor = at == 0 || at > 9 ? 0 : Integer.parseInt(word.substring(0, at));
    at += 2;
    boolean chomp = word.startsWith("-", at);
    String name = word.substring(chomp ? at + 1 : at).stripLeading();
    if (name.isEmpty() || name.indexOf('<') >= 0) {
      return null;
    }
    try {
      List<String> plain = UNQUOTED.split(name, Variables.NONE);
      List<String> quoted = QUOTED.split(name, Variables.NONE);
      if (plain.size() != 1 || quoted.size() != 1) {
        return null;
      }
      boolean expand = quotes(plain.get(0)) == quotes(quoted.get(0));
      return new Heredoc(plain.get(0), expand, chomp, descriptor, "");
    } catch (SyntaxException e) {
      // An open quote in a plain word of COPY, for example: a strange file name, no document.
      return null;
    }
  }

  private static int quotes(String text) {
    int count = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\'' || text.charAt(i) == '"') {
        count++;
      }
    }
    return count;
  }
}
