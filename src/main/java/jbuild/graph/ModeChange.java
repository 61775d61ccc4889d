package jbuild.graph;

import java.util.ArrayList;
import java.util.List;
import jbuild.buildfile.SyntaxException;

/**
 * The value of {@code --chmod}: an octal mode, or symbolic clauses as chmod(1) takes them ({@code
 * u=rwX,go-w}), read as BSD's do and BuildKit's. The umask plays no part: no class means all
 * classes.
 */
public final class ModeChange {
  private static final int SETUID = 04000;
  private static final int SETGID = 02000;
  private static final int STICKY = 01000;

  /** Those of user, group and others; the sticky bit belongs to none of them. */
  private static final int ALL = 06777;

  private record Clause(int classes, char operator, String permissions) {
    /** What {@code =} takes away: copies of other classes leave set-id bits alone. */
    int replaced() {
      boolean copies = !permissions.isEmpty() && "ugo".indexOf(permissions.charAt(0)) >= 0;
      return copies ? classes & 0777 : classes;
    }
  }

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
        clauses.add(clause(classes, operator, text.substring(start, at)));
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

  /** The sticky bit changes only where {@code t} names it, for others alone not even then. */
  private static Clause clause(int classes, char operator, String permissions) {
    int reach = classes == 0 ? ALL : classes;
    boolean sticky = permissions.indexOf('t') >= 0 && reach != 0007;
    return new Clause(sticky ? reach | STICKY : reach, operator, permissions);
  }

  /** Whether it says all bits: then it is the mode of directories on the way as well. */
  public boolean isOctal() {
    return octal >= 0;
  }

  /** The permissions after the change; both are 12 bits. */
  public int apply(int permissions, boolean directory) {
    if (octal >= 0) {
      return octal;
    }
    int mode = permissions & 07777;
    for (Clause clause : clauses) {
      boolean searchable = directory || (permissions & 0111) != 0;
      int bits = bits(clause, mode, searchable) & clause.classes();
      mode =
          switch (clause.operator()) {
            case '+' -> mode | bits;
            case '-' -> mode & ~bits;
            default -> (mode & ~clause.replaced()) | bits;
          };
    }
    return mode;
  }

  private static int bits(Clause clause, int mode, boolean searchable) {
    String permissions = clause.permissions();
    int bits = 0;
    for (int i = 0; i < permissions.length(); i++) {
      bits |=
          switch (permissions.charAt(i)) {
            case 'r' -> 0444;
            case 'w' -> 0222;
            case 'x' -> 0111;
            case 'X' -> searchable || clause.operator() == '-' ? 0111 : 0;
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
      case 'o' -> 0007;
      default -> ALL;
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
