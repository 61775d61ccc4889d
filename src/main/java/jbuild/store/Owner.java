package jbuild.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A process, told apart from every other one that had or will have its number: temporary files and
 * work directories carry their owner in their name, so that they have an owner from the moment they
 * exist and nothing needs to be written for it.
 *
 * @param pid as the process itself sees it
 * @param startTime clock ticks after boot, field 22 of {@code /proc/PID/stat} (proc(5))
 * @param namespace inode of its pid namespace; only there does the pid mean anything
 */
public record Owner(long pid, long startTime, long namespace) {
  private static final Path PROC = Path.of("/proc");

  static Owner self() throws IOException {
    Path self = PROC.resolve("self");
    String stat = Files.readString(self.resolve("stat"), StandardCharsets.ISO_8859_1);
    String namespace = Files.readSymbolicLink(self.resolve("ns/pid")).toString(); // "pid:[NUMBER]"
    long pid = Long.parseLong(stat, 0, stat.indexOf(' '), 10);
    return new Owner(
        pid,
        startTime(stat),
        Long.parseLong(namespace, namespace.indexOf('[') + 1, namespace.length() - 1, 10));
  }

  /** The owner that {@link #prefix} wrote into {@code name}; null when there is none. */
  public static @Nullable Owner parse(String name) {
    int first = name.indexOf('-');
    int second = name.indexOf('-', first + 1);
    int third = name.indexOf('-', second + 1);
    if (first < 0 || second < 0 || third < 0) {
      return null;
    }
    try {
      Owner owner =
          new Owner(
              Long.parseLong(name, 0, first, 10),
              Long.parseLong(name, first + 1, second, 10),
              Long.parseLong(name, second + 1, third, 10));
      // +1 and 01 are numbers too, but prefix() never wrote them: such a file is someone else's.
      return name.startsWith(owner.prefix()) ? owner : null;
    } catch (NumberFormatException foreign) {
      return null;
    }
  }

  /** What the names of this owner's files start with: {@code PID-START-NAMESPACE-}. */
  public String prefix() {
    return pid + "-" + startTime + "-" + namespace + "-";
  }

  /** Whether the pid means to {@code observer} the process that it means to this owner. */
  public boolean isVisibleTo(Owner observer) {
    return namespace == observer.namespace;
  }

  /**
   * Whether this owner has ended for certain, as seen by {@code observer}. A process of another pid
   * namespace is never said to be dead, since its number means nothing here. A zombie is dead: it
   * holds no files any more.
   */
  public boolean isDead(Owner observer) throws IOException {
    if (!isVisibleTo(observer) || (pid == observer.pid && startTime == observer.startTime)) {
      return false;
    }
    String stat;
    Path file = PROC.resolve(Long.toString(pid)).resolve("stat");
    try {
      stat = Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      if (Files.notExists(file)) { // ENOENT at open, or ESRCH at read when it ended in between
        return true;
      }
      throw e;
    }
    char state = stat.charAt(stat.lastIndexOf(')') + 2);
    return startTime(stat) != startTime || state == 'Z' || state == 'X';
  }

  /**
   * Field 22. Field 2 is the program's name in parentheses and may itself hold blanks and
   * parentheses, so fields are counted from the last closing one on.
   */
  private static long startTime(String stat) {
    int from = stat.lastIndexOf(')') + 2;
    for (int field = 3; field < 22; field++) {
      from = stat.indexOf(' ', from) + 1;
    }
    return Long.parseLong(stat, from, stat.indexOf(' ', from), 10);
  }
}
