package jbuild.buildfile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files made to hurt: each ends soon, with a tree or an error, in bounded memory and stack. */
class HostileBuildfileTest {
  private static final int SIZE = 2 << 20;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\\\n",
        "RUN a\n",
        "#\n",
        "\n",
        "\\\n\n",
        "ENV a=b\n",
        "FROM a\nCOPY --from=b c d\n"
      })
  void long_files_end_soon(String repeated) {
    ends("FROM scratch\n" + repeated.repeat(SIZE / repeated.length()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RUN [[",
        "RUN [{\"a\":",
        "RUN ${a:-",
        "RUN <<A ",
        "COPY <<A ",
        "ENV a=",
        "ONBUILD ",
        "ENV \""
      })
  void long_instructions_end_soon(String start) {
    String repeated = start.substring(start.indexOf(' ') + 1);
    ends("FROM scratch\n" + start + (repeated.isEmpty() ? start : repeated).repeat(100_000));
  }

  private static void ends(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          try {
            BuildfileParser.parse("Buildfile", bytes);
          } catch (BuildfileException e) {
            assertTrue(e.render().length() < 2000);
          }
        });
  }
}
