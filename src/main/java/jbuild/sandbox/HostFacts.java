package jbuild.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jbuild.linux.Syscalls;

/**
 * What the kernel lets this process hand on.
 *
 * @param lastCapability the highest capability the kernel knows
 * @param permitted this process's permitted set
 * @param ignoredSignals the signals it ignores, bit n for number n + 1: nohup(1) and many other
 *     parents leave some ignored, and a child inherits that
 * @param landlockVersion see {@link Syscalls#landlockVersion}
 * @param throttled how many processors may say how often they got hot, 0 for most machines
 */
record HostFacts(
    int lastCapability,
    CapabilitySet permitted,
    long ignoredSignals,
    int landlockVersion,
    int throttled) {
  private static final Path LAST_CAPABILITY = Path.of("/proc/sys/kernel/cap_last_cap");
  private static final Path THROTTLE = Path.of("/sys/devices/system/cpu/cpu0/thermal_throttle");
  private static final Path POSSIBLE = Path.of("/sys/devices/system/cpu/possible");
  private static final Path STATUS = Path.of("/proc/self/status");

  /** Reads proc(5), and asks the kernel. */
  static HostFacts read(Syscalls syscalls) throws IOException {
    List<String> status = Files.readAllLines(STATUS, StandardCharsets.ISO_8859_1);
    return new HostFacts(
        readLastCapability(),
        new CapabilitySet(hexadecimal(status, "CapPrm:")),
        hexadecimal(status, "SigIgn:"),
        syscalls.landlockVersion(),
        Files.exists(THROTTLE) ? processors() : 0);
  }

  private static long hexadecimal(List<String> status, String key) throws IOException {
    for (String line : status) {
      if (line.startsWith(key)) {
        return Long.parseUnsignedLong(line.substring(key.length()).strip(), 16);
      }
    }
    throw new IOException("read " + STATUS + ": it has no line " + key);
  }

  /** One more than the last of the list, such as {@code 0-7}. */
  private static int processors() throws IOException {
    String list = Files.readString(POSSIBLE).strip();
    int last = Math.max(list.lastIndexOf('-'), list.lastIndexOf(','));
    return Integer.parseInt(list.substring(last + 1)) + 1;
  }

  /**
   * In one read(2): a sysctl file gives the rest of a number to no second one, and Files.readString
   * asks for a single byte first when a file seems to be empty.
   */
  private static int readLastCapability() throws IOException {
    byte[] number = new byte[32];
    try (InputStream in = Files.newInputStream(LAST_CAPABILITY)) {
      int length = Math.max(0, in.read(number));
      return Integer.parseInt(new String(number, 0, length, StandardCharsets.US_ASCII).strip());
    }
  }
}
