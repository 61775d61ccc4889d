package jbuild.attack;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How an attack ended.
 *
 * @param kind one of {@link #KINDS}
 * @param detail an errno, or what was seen
 */
record Verdict(String kind, String detail) {
  static final String ESCAPED = "ESCAPED";
  static final String REFUSED = "refused";
  static final String HARMLESS = "harmless";
  static final String ABSENT = "absent";

  /** The best for the defender first. */
  static final List<String> KINDS = List.of(ABSENT, REFUSED, HARMLESS, ESCAPED);

  /** The sandbox was not started; no attack has taken place. */
  static final Verdict NOT_STARTED = new Verdict(REFUSED, "it does not start");

  private static final Pattern LINE =
      Pattern.compile(
          "(?:^|\\s)([a-z0-9][a-z0-9-]*): (refused|harmless|absent|ESCAPED): ([^\\r\\n]*)");

  /** The verdicts that a probe has printed, by the names of their rows. */
  static Map<String, Verdict> parse(String output) {
    Map<String, Verdict> verdicts = new HashMap<>();
    output
        .lines()
        .forEach(
            line -> {
              Matcher matcher = LINE.matcher(line);
              if (matcher.find()) {
                verdicts.merge(
                    matcher.group(1),
                    new Verdict(matcher.group(2), matcher.group(3)),
                    Verdict::worse);
              }
            });
    return verdicts;
  }

  static Verdict worse(Verdict one, Verdict other) {
    return Comparator.comparingInt(Verdict::rank).compare(one, other) >= 0 ? one : other;
  }

  private int rank() {
    return KINDS.indexOf(kind);
  }

  boolean isEscape() {
    return kind.equals(ESCAPED);
  }

  @Override
  public String toString() {
    return kind + ": " + detail;
  }
}
