package jbuild.check;

import java.io.IOException;
import jbuild.Allocation;
import jbuild.buildfile.Buildfile;
import jbuild.buildfile.BuildfileException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileFilesTest {
  private static final int SIZE = 1 << 20;

  /** What each character of the file may cost; a collection of all its lines costs more. */
  private static final int BYTES_EACH = 800;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RUN chmod -R 7 /a && rm -rf /b | true\n",
        "ENV a=$b\n",
        "COPY a b\nRUN rm -r /c\n",
        "FROM scratch\nRUN aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
        "ARG a=$b\n",
        "WORKDIR a\n"
      })
  void what_is_looked_for_in_a_line_is_bounded_by_the_file(String line) throws Exception {
    check("FROM scratch\n" + line.repeat(SIZE / line.length() / 20), 20 * BYTES_EACH);
  }

  @ParameterizedTest
  @ValueSource(strings = {"# x\n", "#x=1\n", "# check=skip=all\n\n", "\n"})
  void comments_are_not_collected(String line) throws Exception {
    check(
        line.repeat(SIZE / line.length())
            + "FROM scratch\nRUN aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
        1);
  }

  private static void check(String text, int bytesEach) throws IOException, BuildfileException {
    Buildfile file = Checks.parse(text);
    Allocation.atMost(
        (long) text.length() * bytesEach + (1 << 20),
        () -> {
          try {
            return Checker.check(file, Checks.request());
          } catch (BuildfileException e) {
            throw new IOException(e);
          }
        });
  }
}
