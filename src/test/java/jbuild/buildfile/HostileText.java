package jbuild.buildfile;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Build files made to hurt, in any size. */
enum HostileText {
  ONE_LINE("FROM x\nRUN ", "a", ""),
  ONE_CONTINUED_LINE("FROM x\nRUN a ", "\\\n", "b"),
  COMMENTS_IN_A_LINE("FROM x\nRUN a \\\n", "# c\n", "b"),
  MANY_LINES("FROM x\n", "RUN a\n", ""),
  MANY_STAGES("", "FROM x AS a\nCOPY --from=b c d\n", ""),
  EMPTY_LINES("FROM x\n", "\n", ""),
  COMMENTS("FROM x\n", "#\n", ""),
  DIRECTIVES("", "# syntax=a\n", "FROM x\n"),
  NOTHING_BUT_ZEROS("", "\0", ""),
  DEEP_JSON("FROM x\nRUN ", "[", ""),
  DEEP_JSON_LINES("FROM x\n", "RUN [[[[[[[[[[[[[[[[[[[[[[[[\n", ""),
  LONG_JSON("FROM x\nCMD [", "\"a\",", "\"b\"]"),
  HUGE_HEREDOC("FROM x\nRUN <<EOF\n", "line\n", "EOF\n"),
  OPEN_HEREDOC("FROM x\nRUN <<EOF\n", "line\n", ""),
  MANY_HEREDOCS("FROM x\nCOPY ", "<<A ", "/\n"),
  HEREDOC_LINES("FROM x\n", "RUN <<A\nA\n", ""),
  MANY_FLAGS("FROM x\nRUN ", "--mount=a ", "b"),
  FLAGS_OF_A_LINE("FROM x\n", "COPY --chown=a --chmod=b c d\n", ""),
  QUOTES("FROM x\nENV a=", "\"'", ""),
  ESCAPED_QUOTES("FROM x\nENV a=\"", "\\\"", ""),
  MANY_PAIRS("FROM x\nENV ", "a=b ", ""),
  MANY_WORDS("FROM x\nEXPOSE ", "1 ", ""),
  ONBUILDS("FROM x\n", "ONBUILD ", "RUN a"),
  ONBUILD_LINES("FROM x\n", "ONBUILD RUN a\n", ""),
  BACKSLASHES("FROM x\nRUN a", "\\", "\n"),
  NO_UTF_8("FROM x\nRUN a", "\ufffd", "\n");

  private final String start;
  private final String repeated;
  private final String end;

  HostileText(String start, String repeated, String end) {
    this.start = start;
    this.repeated = repeated;
    this.end = end;
  }

  /** About so many bytes of it. */
  byte[] text(int size) {
    return (start + repeated.repeat(size / repeated.getBytes(UTF_8).length) + end).getBytes(UTF_8);
  }
}
