package jbuild.graph;

import java.util.ArrayList;
import java.util.List;
import jbuild.buildfile.SyntaxException;

/**
 * The value of {@code --chmod}: an octal mode, or symbolic clauses as chmod(1) takes them ({@code
 * u=rwX,go-w}). The umask plays no part: no class means all classes.
 */
public final class ModeChange {
  private static final int SETUID = 04000;
  private static final int SETGID = 02000;
  private static final int STICKY = 01000;

  private record Clause(int classes, char operator, String permissions) {}

  private final String text;
  private final int octal;
  private final List<Clause> clauses;

  private ModeChange(String text, int octal, List<Clause> clauses) {
    this.text = text;
    this.octal = octal;
    this.clauses = List.copyOf(clauses);
  }

  public static ModeChange parse(String text) throws SyntaxException {
    if (!text.isEmpty() && Character.isDigit(text.charAt(0))) {
      return new ModeChange(text, octal(text), List.of());
    }
    List<Clause> clauses = new ArrayList<>();
    int at = 0;
    while (true) {
      int classes = 0;
      while (at < text.length() && "ugoa".indexOf(text.charAt(at)) >= 0) {
        classes |= classBits(text.charAt(at++));
      }
      boolean any = false;
      while (at < text.length() && "+-=".indexOf(text.charAt(at)) >= 0) {
        char operator = text.charAt(at++);
        int start = at;
        while (at < text.length() && "rwxXstugo".indexOf(text.charAt(at)) >= 0) {
          at++;
        }
        clauses.add(
            new Clause(classes == 0 ? 07777 : classes, operator, text.substring(start, at)));
        any = true;
      }
      if (!any || (at < text.length() && text.charAt(at) != ',')) {
        throw invalid(text);
      }
      if (at == text.length()) {
        return new ModeChange(text, -1, clauses);
      }
      at++;
    }
  }

  /** The permissions after the change; both are 12 bits. */
  public int apply(int permissions, boolean directory) {
    if (octal >= 0) {
      return octal;
    }
    int mode = permissions & 07777;
    for (Clause clause : clauses) {
      int bits = bits(clause.permissions(), mode, directory) & clause.classes();
      mode =
          switch (clause.operator()) {
            case '+' -> mode | bits;
            case '-' -> mode & ~bits;
            default -> (mode & ~clause.classes()) | bits;
          };
    }
    return mode;
  }

  private static int bits(String permissions, int mode, boolean directory) {
    int bits = 0;
    for (int i = 0; i < permissions.length(); i++) {
      bits |=
          switch (permissions.charAt(i)) {
            case 'r' -> 0444;
            case 'w' -> 0222;
            case 'x' -> 0111;
            case 'X' -> directory || (mode & 0111) != 0 ? 0111 : 0;
            case 's' -> SETUID | SETGID;
            case 't' -> STICKY;
            case 'u' -> (mode >> 6 & 7) * 0111;
            case 'g' -> (mode >> 3 & 7) * 0111;
            default -> (mode & 7) * 0111;
          };
    }
    return bits;
  }

  private static int classBits(char c) {
    return switch (c) {
      case 'u' -> SETUID | 0700;
      case 'g' -> SETGID | 0070;
      case 'o' -> STICKY | 0007;
      default -> 07777;
    };
  }

  private static int octal(String text) throws SyntaxException {
    int value = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      value = value * 8 + digit;
      if (digit < 0 || digit > 7 || value > 07777) {
        throw invalid(text);
      }
    }
    return value;
  }

  private static SyntaxException invalid(String text) {
    return new SyntaxException(
        "invalid mode: " + text + " (octal up to 7777, or clauses like u=rwX,go-w)");
  }

  /** As it was written. */
  @Override
  public String toString() {
    return text;
  }
}
