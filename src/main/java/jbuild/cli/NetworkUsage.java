package jbuild.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What a container's network has received and sent, all interfaces but lo; nothing for one that
 * uses the host's, as that is not its own.
 */
record NetworkUsage(long received, long sent) {
  private static final NetworkUsage NOTHING = new NetworkUsage(0, 0);

  /** In /proc/PID/net/dev, proc(5): eight columns of what was received, then those of sending. */
  private static final int SENT_COLUMN = 8;

  static NetworkUsage of(long pid) throws IOException {
    Path process = Path.of("/proc/" + pid);
    try {
      Path own = Files.readSymbolicLink(Path.of("/proc/self/ns/net"));
      if (Files.readSymbolicLink(process.resolve("ns/net")).equals(own)) {
        return NOTHING;
      }
      return parse(Files.readString(process.resolve("net/dev"), StandardCharsets.ISO_8859_1));
    } catch (NoSuchFileException ended) {
      return NOTHING;
    }
  }

  static NetworkUsage parse(String table) {
    long received = 0;
    long sent = 0;
    for (String line : table.split("\n", -1)) {
      int colon = line.indexOf(':');
      if (colon < 0 || line.substring(0, colon).strip().equals("lo")) {
        continue;
      }
      String[] numbers = line.substring(colon + 1).strip().split(" +", -1);
      if (numbers.length > SENT_COLUMN) {
        received += number(numbers[0]);
        sent += number(numbers[SENT_COLUMN]);
      }
    }
    return new NetworkUsage(received, sent);
  }

  private static long number(String text) {
    try {
      return Long.parseUnsignedLong(text);
    } catch (NumberFormatException notANumber) {
      return 0;
    }
  }
}
