package jbuild.sandbox;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The guard of tests that make real sandboxes. */
final class RootOnly {
  private RootOnly() {}

  /** Skips the test, saying why, where a sandbox cannot be made. */
  static void check() throws IOException {
    String status = Files.readString(Path.of("/proc/self/status"));
    boolean root = status.contains("\nUid:\t0\t") && (capabilities(status) >>> 21 & 1) == 1;
    skipUnless(root, "it needs root with CAP_SYS_ADMIN");
    skipUnless(Files.isExecutable(Path.of("/bin/busybox")), "it needs /bin/busybox");
  }

  static void skipUnless(boolean condition, String why) {
    if (!condition) {
      System.err.println("skipped: " + why);
    }
    assumeTrue(condition, why);
  }

  private static long capabilities(String status) {
    int at = status.indexOf("\nCapEff:\t") + 9;
    return Long.parseUnsignedLong(status.substring(at, status.indexOf('\n', at)), 16);
  }
}
