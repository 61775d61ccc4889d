package jbuild.buildfile;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An instruction cut into words, before anything is known about what the words mean.
 *
 * @param restStart where the text after the flags starts and, {@code restEnd}, ends in the line
 * @param words empty for ENV, LABEL (see {@code pairs}) and ONBUILD (see {@code inner})
 * @param json whether the words were written as a JSON array
 */
record Statement(
    LogicalLine line,
    Keyword keyword,
    Word keywordWord,
    List<Flag> flags,
    int restStart,
    int restEnd,
    List<Word> words,
    boolean json,
    List<Instruction.Pair> pairs,
    @Nullable Statement inner,
    List<Heredoc> heredocs) {

  /** How much there is of it, to be bounded: its keyword, flags and words. */
  int size() {
    return 1 + flags.size() + words.size() + pairs.size() + (inner == null ? 0 : inner.size());
  }

  String rest() {
    return line.text().substring(restStart, restEnd);
  }

  /** The statement that can own here-documents: this one, or what ONBUILD holds. */
  boolean takesHeredocs() {
    Statement owner = inner == null ? this : inner;
    return owner.keyword.takesHeredocs() && !owner.json;
  }

  Statement withHeredocs(List<Heredoc> documents) {
    return new Statement(
        line,
        keyword,
        keywordWord,
        flags,
        restStart,
        restEnd,
        words,
        json,
        pairs,
        inner == null ? null : inner.withHeredocs(documents),
        List.copyOf(documents));
  }
}
