package jbuild.buildfile;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import jbuild.Allocation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Files made to hurt: each ends with a tree or a short error. What that costs is counted in
 * allocated bytes, of which a parser that goes over its text again and again has no bound.
 */
class HostileBuildfileTest {
  /** What is allocated for a byte of a file: its text, its lines, words and their places. */
  private static final int BYTES_A_BYTE = 100;

  /** What is allocated for a file, however small: limits are numbers of words. */
  private static final int BYTES_A_FILE = 200 << 20;

  @ParameterizedTest
  @EnumSource
  void work_is_bounded_by_the_size(HostileText hostile) throws IOException {
    for (int size : new int[] {1 << 20, 10 << 20}) {
      byte[] text = hostile.text(size);
      Allocation.atMost(
          BYTES_A_FILE + (long) BYTES_A_BYTE * text.length,
          () -> {
            try {
              return BuildfileParser.parse("Buildfile", text);
            } catch (BuildfileException e) {
              assertTrue(e.render().length() < 2000);
              return e;
            }
          });
    }
  }
}
