package jbuild.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of numbers against the C headers of this machine, as far as they know the calls. */
class SyscallTest {
  private static final Pattern DEFINITION =
      Pattern.compile("#define __NR(?:3264)?_(\\w+)\\s+(\\d+)");

  @Test
  void numbers_are_those_of_the_x86_64_header() throws IOException {
    assertNumbers(Arch.X86_64, Path.of("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"));
  }

  /** aarch64 uses the generic table, in which newer architectures share one. */
  @Test
  void numbers_are_those_of_the_generic_header_for_aarch64() throws IOException {
    assertNumbers(Arch.AARCH64, Path.of("/usr/include/asm-generic/unistd.h"));
  }

  @Test
  void name_is_the_man_pages() {
    assertEquals("pidfd_send_signal", Syscall.PIDFD_SEND_SIGNAL.toString());
  }

  private static void assertNumbers(Arch arch, Path header) throws IOException {
    if (!Files.exists(header)) {
      System.err.println("skipped: " + header + " is not installed (linux-libc-dev)");
    }
    assumeTrue(Files.exists(header));
    Map<String, Integer> known = new HashMap<>();
    Matcher definitions = DEFINITION.matcher(Files.readString(header));
    while (definitions.find()) {
      known.putIfAbsent(definitions.group(1), Integer.parseInt(definitions.group(2)));
    }
    int compared = 0;
    for (Syscall call : Syscall.values()) {
      Integer number = known.get(call.toString());
      if (number != null) {
        assertEquals(number, call.number(arch), call.toString());
        compared++;
      }
    }
    // Headers of Debian 12 lack the attribute calls of Linux 6.13.
    assertEquals(Syscall.values().length, compared, 3);
  }
}
