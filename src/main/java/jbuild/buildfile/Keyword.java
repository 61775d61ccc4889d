package jbuild.buildfile;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The instructions: how their arguments are cut into words, and which flags they know. */
enum Keyword {
  ADD(
      Shape.JSON_OR_WORDS,
      "chown=",
      "chmod=",
      "link",
      "keep-git-dir",
      "checksum=",
      "unpack",
      "exclude=...",
      "optional"),
  ARG(Shape.NAMES),
  CMD(Shape.JSON_OR_TEXT),
  COPY(
      Shape.JSON_OR_WORDS,
      "from=",
      "chown=",
      "chmod=",
      "link",
      "parents",
      "exclude=...",
      "optional"),
  ENTRYPOINT(Shape.JSON_OR_TEXT),
  ENV(Shape.PAIRS),
  EXPOSE(Shape.WORDS),
  FROM(Shape.WORDS, "platform="),
  INCLUDE(Shape.TEXT),
  HEALTHCHECK(
      Shape.TYPE_AND_COMMAND,
      "interval=",
      "timeout=",
      "start-period=",
      "start-interval=",
      "retries="),
  LABEL(Shape.PAIRS),
  MAINTAINER(Shape.TEXT),
  ONBUILD(Shape.INSTRUCTION),
  RUN(Shape.JSON_OR_TEXT, "mount=...", "device=...", "network=", "security="),
  SHELL(Shape.JSON_OR_TEXT),
  STOPSIGNAL(Shape.TEXT),
  UNSET(Shape.WORDS),
  USER(Shape.TEXT),
  VOLUME(Shape.JSON_OR_WORDS),
  WORKDIR(Shape.TEXT);

  /** How the text after the flags is cut. */
  enum Shape {
    /** Words between blanks; quotes mean nothing yet. */
    WORDS,
    /** The whole rest, as one word. */
    TEXT,
    JSON_OR_TEXT,
    JSON_OR_WORDS,
    /** Words between blanks outside quotes. */
    NAMES,
    /** {@code name=value ...}, or {@code name value} to the end of the line. */
    PAIRS,
    /** HEALTHCHECK: a word, then JSON_OR_TEXT. */
    TYPE_AND_COMMAND,
    /** ONBUILD: another instruction. */
    INSTRUCTION
  }

  /** How often a flag may stand, and with what. */
  enum FlagKind {
    SWITCH,
    VALUE,
    LIST
  }

  /** Shared, because values() copies. */
  private static final List<Keyword> ALL = List.of(values());

  private final Shape shape;

  @SuppressWarnings("ImmutableEnumChecker") // Unmodifiable, but the type cannot say so.
  private final Map<String, FlagKind> flags;

  /** Flags are written as a user writes them: a switch, {@code name=}, or {@code name=...}. */
  Keyword(Shape shape, String... flags) {
    this.shape = shape;
    Map<String, FlagKind> kinds = new LinkedHashMap<>();
    for (String flag : flags) {
      int equals = flag.indexOf('=');
      if (equals < 0) {
        kinds.put(flag, FlagKind.SWITCH);
      } else {
        boolean list = flag.endsWith("...");
        kinds.put(flag.substring(0, equals), list ? FlagKind.LIST : FlagKind.VALUE);
      }
    }
    this.flags = Collections.unmodifiableMap(kinds);
  }

  Shape shape() {
    return shape;
  }

  List<String> flagNames() {
    return List.copyOf(flags.keySet());
  }

  /** Null for a flag that the instruction does not have. */
  @Nullable FlagKind flagKind(String name) {
    return flags.get(name);
  }

  /** Reference, "Here-Documents": in RUN, COPY and ADD, and in ONBUILD of these. */
  boolean takesHeredocs() {
    return this == RUN || this == COPY || this == ADD;
  }

  /** Reference, "ONBUILD limitations"; an INCLUDE would mean a file of whoever builds on it. */
  boolean canBeTrigger() {
    return this != FROM && this != MAINTAINER && this != ONBUILD && this != INCLUDE;
  }

  /** The keyword in any case, or null. */
  static @Nullable Keyword find(String text) {
    for (Keyword keyword : ALL) {
      if (keyword.name().equalsIgnoreCase(text)) {
        return keyword;
      }
    }
    return null;
  }

  static List<String> names() {
    List<String> names = new ArrayList<>();
    for (Keyword keyword : ALL) {
      names.add(keyword.name());
    }
    return names;
  }
}
