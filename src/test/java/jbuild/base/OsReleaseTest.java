package jbuild.base;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;

class OsReleaseTest {
  @Test
  void values_are_quoted_as_in_a_shell() {
    String text =
        """
        # comment
        ID=debian
        NAME="Debian \\"GNU/Linux\\""
        VARIANT='a \\ b'
        EMPTY=

        not a line
        lower=x
        """;
    assertEquals(
        Map.of("ID", "debian", "NAME", "Debian \"GNU/Linux\"", "VARIANT", "a \\ b", "EMPTY", ""),
        OsRelease.parse(text));
  }
}
