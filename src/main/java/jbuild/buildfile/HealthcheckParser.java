package jbuild.buildfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** HEALTHCHECK [flags] CMD command, or HEALTHCHECK NONE. */
final class HealthcheckParser {
  private static final long MINIMUM_NANOSECONDS = 1_000_000;

  private final SourceText source;

  HealthcheckParser(SourceText source) {
    this.source = source;
  }

  Healthcheck parse(List<Word> words, boolean json, Origin origin) throws BuildfileException {
    Word type = words.get(0);
    List<Word> arguments = words.subList(1, words.size());
    switch (type.text().toUpperCase(Locale.ROOT)) {
      case "NONE" -> {
        if (!arguments.isEmpty()) {
          throw source.error(arguments.get(0).range(), "HEALTHCHECK NONE takes no argument", null);
        }
        return new Healthcheck(List.of("NONE"), 0, 0, 0, 0, 0);
      }
      case "CMD" -> {
        if (arguments.isEmpty()) {
          throw source.error(type.range(), "HEALTHCHECK CMD without a command", null);
        }
        return withOptions(test(arguments, json), origin);
      }
      default ->
          throw source.error(
              type.range(), "unknown kind of HEALTHCHECK: " + type.text(), "CMD or NONE");
    }
  }

  private static List<String> test(List<Word> arguments, boolean json) {
    List<String> test = new ArrayList<>();
    test.add(json ? "CMD" : "CMD-SHELL");
    test.addAll(InstructionParser.texts(arguments));
    return test;
  }

  private Healthcheck withOptions(List<String> test, Origin origin) throws BuildfileException {
    return new Healthcheck(
        test,
        duration(origin, "interval"),
        duration(origin, "timeout"),
        duration(origin, "start-period"),
        duration(origin, "start-interval"),
        retries(origin));
  }

  /** 0 for a flag that is not there: the image's or the runtime's default holds. */
  private long duration(Origin origin, String name) throws BuildfileException {
    Flag flag = origin.flag(name);
    String value = flag == null ? null : flag.value();
    if (flag == null || value == null || value.isEmpty()) {
      return 0;
    }
    long nanoseconds;
    try {
      nanoseconds = GoDuration.parse(value);
    } catch (SyntaxException e) {
      throw source.error(
          flag.range(), "flag --" + name + ": " + e.getMessage(), "for example 30s or 1m30s");
    }
    if (nanoseconds != 0 && nanoseconds < MINIMUM_NANOSECONDS) {
      throw source.error(flag.range(), "flag --" + name + " is less than 1ms", null);
    }
    return nanoseconds;
  }

  private int retries(Origin origin) throws BuildfileException {
    Flag flag = origin.flag("retries");
    String value = flag == null ? null : flag.value();
    if (flag == null || value == null || value.isEmpty()) {
      return 0;
    }
    try {
      int retries = Integer.parseInt(value);
      if (retries >= 0) {
        return retries;
      }
    } catch (NumberFormatException e) {
      // Said below, in the words of the build file.
    }
    throw source.error(flag.range(), "flag --retries is not a count: " + value, null);
  }
}
