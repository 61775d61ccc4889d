package jbuild.buildfile;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an instruction comes from.
 *
 * @param keyword the keyword in upper case
 * @param range from the keyword to the end of its last line, here-documents included
 * @param text the instruction as one line: continuations joined, comments gone, here-documents not
 *     included
 * @param flags all flags in the order written
 */
public record Origin(String keyword, SourceRange range, String text, List<Flag> flags) {
  public Origin {
    flags = List.copyOf(flags);
  }

  /** The flag of that name, the first if there are several; null if there is none. */
  public @Nullable Flag flag(String name) {
    for (Flag flag : flags) {
      if (flag.name().equals(name)) {
        return flag;
      }
    }
    return null;
  }

  /** The text without the line's own blanks, as step lists show it. */
  public String display() {
    return text.strip();
  }
}
