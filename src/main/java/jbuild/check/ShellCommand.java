package jbuild.check;

import java.util.ArrayList;
import java.util.List;

/**
 * One simple command of a shell text, without redirections, assignments and reserved words.
 *
 * @param join how it is joined to the one before
 * @param words with quotes removed; variables and substitutions are left as they are
 * @param text what it stands in
 * @param programEnd where in it the program's name ends
 */
record ShellCommand(Join join, List<String> words, String text, int programEnd) {
  /** What stands before a command. */
  enum Join {
    /** A semicolon or line end, or the start of the text. */
    THEN,
    /** {@code &&}. */
    AND,
    /** {@code ||}. */
    OR,
    /** {@code |}: it reads what the one before writes. */
    PIPE
  }

  ShellCommand {
    words = List.copyOf(words);
  }

  /** A command that stands in no text. */
  ShellCommand(Join join, List<String> words) {
    this(join, words, "", 0);
  }

  /** The text up to the program's name and with it. */
  String upToProgram() {
    return text.substring(0, programEnd);
  }

  /** The program without its directory; empty when there is nothing but assignments. */
  String program() {
    String first = words.isEmpty() ? "" : words.get(0);
    return first.substring(first.lastIndexOf('/') + 1);
  }

  /** Whether a word is there as it stands. */
  boolean has(String word) {
    return words.contains(word);
  }

  /** Whether a short option is there, alone or joined with others: {@code -R} in {@code -hR}. */
  boolean hasShort(char letter) {
    for (String word : words.subList(Math.min(1, words.size()), words.size())) {
      if (word.length() > 1
          && word.charAt(0) == '-'
          && word.charAt(1) != '-'
          && word.indexOf(letter) > 0) {
        return true;
      }
    }
    return false;
  }

  /** The words after the program that are no options. */
  List<String> operands() {
    List<String> operands = new ArrayList<>();
    boolean options = true;
    for (String word : words.subList(Math.min(1, words.size()), words.size())) {
      if (options && word.equals("--")) {
        options = false;
      } else if (!options || !word.startsWith("-")) {
        operands.add(word);
      }
    }
    return operands;
  }
}
