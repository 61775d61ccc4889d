package jbuild.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Cuts a shell text into simple commands, well enough to say what a usual RUN does: quotes,
 * escapes, comments, operators, redirections and here-documents are understood, {@code $(…)} stays
 * part of its word, and what is in parentheses, loops and conditions counts as a sequence of
 * commands. Anything at all gives some result; the work is linear in the text, which is bounded by
 * the parser.
 */
final class ShellScanner {
  /** Reserved words and commands that run the rest of their words. */
  private static final Set<String> PREFIXES =
      Set.of(
          "if",
          "then",
          "elif",
          "else",
          "do",
          "while",
          "until",
          "!",
          "{",
          "}",
          "fi",
          "done",
          "esac",
          "time",
          "exec",
          "command",
          "sudo",
          "env",
          "eatmydata");

  private static final int MAX_COMMANDS = 10_000;
  private static final int MAX_DEPTH = 100;

  private final String text;
  private final List<ShellCommand> commands = new ArrayList<>();
  private final List<String> documents = new ArrayList<>();
  private List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean inWord;
  private boolean skipWord;
  private boolean documentWord;

  /** How many {@code case} are open, and whether a pattern of one is being read. */
  private int cases;

  private boolean inPattern;
  private ShellCommand.Join join = ShellCommand.Join.THEN;
  private int at;
  private int programEnd;

  private ShellScanner(String text) {
    this.text = text;
  }

  static List<ShellCommand> scan(String text) {
    ShellScanner scanner = new ShellScanner(text);
    scanner.run();
    return scanner.commands;
  }

  private void run() {
    while (at < text.length() && commands.size() < MAX_COMMANDS) {
      char c = text.charAt(at++);
      switch (c) {
        case ' ', '\t', '\r' -> endWord();
        case '\n' -> newline();
        case '\\' -> escaped();
        case '\'' -> singleQuotes();
        case '"' -> doubleQuotes();
        case '$' -> dollar();
        case '`' -> backquotes();
        case '#' -> comment();
        case '<', '>' -> redirection(c);
        case ';' -> semicolon();
        case '(' -> endCommand(ShellCommand.Join.THEN);
        case ')' -> closed();
        case '&' -> ampersand();
        case '|' -> bar();
        default -> append(c);
      }
    }
    endCommand(ShellCommand.Join.THEN);
  }

  private void append(char c) {
    word.append(c);
    inWord = true;
  }

  private boolean take(char c) {
    boolean there = at < text.length() && text.charAt(at) == c;
    at += there ? 1 : 0;
    return there;
  }

  private void escaped() {
    if (at < text.length()) {
      char next = text.charAt(at++);
      if (next != '\n') {
        append(next);
      }
    }
  }

  private void singleQuotes() {
    int end = text.indexOf('\'', at);
    end = end < 0 ? text.length() : end;
    word.append(text, at, end);
    inWord = true;
    at = Math.min(text.length(), end + 1);
  }

  private void doubleQuotes() {
    inWord = true;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return;
      }
      if (c == '\\' && at < text.length()) {
        char next = text.charAt(at++);
        if (next == '\n') {
          continue;
        }
        if ("\"\\$`".indexOf(next) < 0) {
          word.append(c);
        }
        word.append(next);
      } else if (c == '$') {
        dollar();
      } else {
        word.append(c);
      }
    }
  }

  /** {@code $(…)} and <code>${…}</code> with all that is in them; anything else is a letter. */
  private void dollar() {
    append('$');
    if (at >= text.length()) {
      return;
    }
    char open = text.charAt(at);
    if (open != '(' && open != '{') {
      return;
    }
    char close = open == '(' ? ')' : '}';
    int depth = 0;
    while (at < text.length()) {
      char c = text.charAt(at++);
      append(c);
      if (c == open) {
        depth++;
      } else if (c == close && --depth <= 0) {
        return;
      } else if (c == '\\' && at < text.length()) {
        append(text.charAt(at++));
      } else if (c == '\'' && open == '(') {
        int end = text.indexOf('\'', at);
        end = end < 0 ? text.length() : Math.min(text.length(), end + 1);
        word.append(text, at, end);
        at = end;
      }
      if (depth > MAX_DEPTH) {
        return;
      }
    }
  }

  private void backquotes() {
    int end = text.indexOf('`', at);
    end = end < 0 ? text.length() : end;
    word.append('`').append(text, at, end).append('`');
    inWord = true;
    at = Math.min(text.length(), end + 1);
  }

  /** A hash inside a word is a letter. */
  private void comment() {
    if (inWord) {
      append('#');
      return;
    }
    int end = text.indexOf('\n', at);
    at = end < 0 ? text.length() : end;
  }

  /** Takes the operator; the word after it names a file. */
  private void redirection(char c) {
    // A number before it names the descriptor.
    if (inWord && isNumber(word)) {
      word.setLength(0);
      inWord = false;
    }
    endWord();
    if (c == '<' && take('<')) {
      if (!take('<')) {
        boolean tabs = take('-');
        documentWord = true;
        documents.add(tabs ? "-" : "");
      }
    } else {
      boolean more = take('>') || take('|');
      if (!more && take('&')) {
        more = take('-');
      }
    }
    skipWord = true;
  }

  private static boolean isNumber(CharSequence word) {
    for (int i = 0; i < word.length(); i++) {
      if (word.charAt(i) < '0' || word.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /** Two of them end a branch of {@code case}. */
  private void semicolon() {
    endCommand(ShellCommand.Join.THEN);
    if (take(';') && cases > 0) {
      inPattern = true;
    }
  }

  /** What stood before it was a pattern, or the end of a subshell. */
  private void closed() {
    if (inPattern) {
      endWord();
      words.clear();
      inPattern = false;
    }
    endCommand(ShellCommand.Join.THEN);
  }

  private void ampersand() {
    if (take('&')) {
      endCommand(ShellCommand.Join.AND);
    } else if (take('>')) {
      take('>');
      endWord();
      skipWord = true;
    } else {
      endCommand(ShellCommand.Join.THEN);
    }
  }

  private void bar() {
    if (inPattern) {
      endWord();
    } else if (take('|')) {
      endCommand(ShellCommand.Join.OR);
    } else {
      take('&');
      endCommand(ShellCommand.Join.PIPE);
    }
  }

  private void newline() {
    endWord();
    boolean goesOn = words.isEmpty() && join != ShellCommand.Join.THEN;
    if (!goesOn) {
      endCommand(ShellCommand.Join.THEN);
    }
    for (String document : documents) {
      skipDocument(document);
    }
    documents.clear();
  }

  private void skipDocument(String mark) {
    boolean tabs = mark.startsWith("-");
    String name = mark.substring(tabs ? 1 : 0);
    while (at < text.length()) {
      int end = text.indexOf('\n', at);
      end = end < 0 ? text.length() : end;
      String line = text.substring(at, end);
      at = Math.min(text.length(), end + 1);
      if ((tabs ? line.stripLeading() : line).equals(name)) {
        return;
      }
    }
  }

  private void endWord() {
    if (!inWord) {
      return;
    }
    String done = word.toString();
    int wordEnd = at;
    word.setLength(0);
    inWord = false;
    if (documentWord) {
      int last = documents.size() - 1;
      documents.set(last, documents.get(last) + done);
      documentWord = false;
    }
    if (skipWord) {
      skipWord = false;
      return;
    }
    if (words.isEmpty() && done.equals("esac")) {
      cases = Math.max(0, cases - 1);
      inPattern = false;
    } else if (done.equals("in") && words.size() == 2 && words.get(0).equals("case")) {
      words.clear();
      cases++;
      inPattern = true;
      return;
    }
    boolean leading =
        words.isEmpty()
            && (PREFIXES.contains(done.substring(done.lastIndexOf('/') + 1)) || isAssignment(done));
    if (!leading) {
      if (words.isEmpty()) {
        programEnd = wordEnd;
      }
      words.add(done);
    }
  }

  private static boolean isAssignment(String word) {
    int equals = word.indexOf('=');
    for (int i = 0; i < equals; i++) {
      char c = word.charAt(i);
      if (c != '_' && !Character.isLetterOrDigit(c)) {
        return false;
      }
    }
    return equals > 0;
  }

  private void endCommand(ShellCommand.Join next) {
    endWord();
    skipWord = false;
    if (!words.isEmpty()) {
      commands.add(new ShellCommand(join, words, text, programEnd));
      words = new ArrayList<>();
      join = next;
    } else if (next != ShellCommand.Join.THEN || join == ShellCommand.Join.THEN) {
      join = next;
    }
  }
}
