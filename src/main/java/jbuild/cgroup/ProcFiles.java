package jbuild.cgroup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What /proc/self says of control groups. */
final class ProcFiles {
  private ProcFiles() {}

  /**
   * A line of /proc/PID/cgroup, cgroups(7): {@code 4:memory:/user}, for version 2 {@code 0::/user}.
   */
  record Membership(List<String> controllers, String path) {
    boolean isVersion2() {
      return controllers.isEmpty();
    }
  }

  /** A mount of a cgroup file system, from /proc/PID/mountinfo, proc(5). */
  record CgroupMount(String root, Path mountPoint, boolean isVersion2, List<String> options) {
    /** Whether it shows the hierarchy that the membership is one of. */
    boolean serves(Membership membership) {
      return isVersion2
          ? membership.isVersion2()
          : !membership.isVersion2() && options.containsAll(membership.controllers());
    }
  }

  static List<Membership> memberships(Path root) throws IOException {
    return parse(root.resolve("proc/self/cgroup"));
  }

  /** Those of another process; none if it has ended. */
  static List<Membership> membershipsOf(Path root, long pid) throws IOException {
    try {
      return parse(root.resolve("proc/" + pid + "/cgroup"));
    } catch (NoSuchFileException ended) {
      return List.of();
    }
  }

  /** The path up to and with the component {@code name}; null if it has none. */
  static @Nullable String upTo(String path, String name) {
    int at = (path + "/").indexOf("/" + name + "/");
    return at < 0 ? null : path.substring(0, at + 1 + name.length());
  }

  private static List<Membership> parse(Path file) throws IOException {
    List<Membership> memberships = new ArrayList<>();
    for (String line : lines(file)) {
      int first = line.indexOf(':');
      int second = line.indexOf(':', first + 1);
      if (first < 0 || second < 0) {
        throw new CgroupException("read " + file + ": not id:controllers:path: " + line);
      }
      memberships.add(
          new Membership(words(line.substring(first + 1, second)), line.substring(second + 1)));
    }
    return memberships;
  }

  /** Mount points are given below {@code root}. */
  static List<CgroupMount> mounts(Path root) throws IOException {
    List<CgroupMount> mounts = new ArrayList<>();
    for (String line : lines(root.resolve("proc/self/mountinfo"))) {
      int separator = line.indexOf(" - ");
      String[] after = line.substring(separator + 3).split(" ", 3);
      if (separator < 0 || !after[0].startsWith("cgroup")) {
        continue;
      }
      // 34 31 0:35 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
      String[] before = line.split(" ", 6);
      String superOptions = after[2];
      mounts.add(
          new CgroupMount(
              unescape(before[3]),
              root.resolve(unescape(before[4]).substring(1)),
              after[0].equals("cgroup2"),
              words(superOptions)));
    }
    return mounts;
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
  }

  private static List<String> words(String commaSeparated) {
    return commaSeparated.isEmpty() ? List.of() : List.of(commaSeparated.split(",", -1));
  }

  /** Space, tab, newline and backslash are written {@code \ooo} there. */
  private static String unescape(String field) {
    StringBuilder plain = new StringBuilder(field.length());
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == '\\' && i + 3 < field.length()) {
        plain.append((char) Integer.parseInt(field.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }
}
