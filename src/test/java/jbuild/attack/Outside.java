package jbuild.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * What must stay as it is while others attack: a process that has something of everything, a
 * directory, and the kernel's settings.
 */
final class Outside implements AutoCloseable {
  /** Files of which attackers would like to be the author. */
  private static final List<String> SETTINGS =
      List.of(
          "/proc/sys/kernel/core_pattern",
          "/proc/sys/kernel/hostname",
          "/proc/sys/kernel/domainname",
          "/proc/sys/kernel/modprobe",
          "/proc/sys/kernel/sysrq",
          "/proc/sys/kernel/hotplug",
          "/proc/sys/vm/overcommit_memory",
          "/proc/sys/net/ipv4/ip_forward",
          "/sys/kernel/uevent_helper",
          "/proc/swaps",
          "/proc/modules",
          "/etc/hosts",
          "/etc/resolv.conf",
          "/etc/passwd");

  private final Process process;
  private final BufferedReader output;
  private Map<String, String> before;
  private final Path directory;
  private final String token;
  private final String facts;

  /**
   * @param probe the compiled program
   * @param directory an empty one
   */
  Outside(Path probe, Path directory) throws IOException {
    this.directory = directory;
    ThreadLocalRandom random = ThreadLocalRandom.current();
    token = "canary" + Long.toUnsignedString(random.nextLong(), 36);
    // Also a line of passwd(5): whoever reads it as one knows a user of that name.
    Files.writeString(directory.resolve("link"), token + ":x:0:0:" + token + ":/:/bin/sh\n");
    Files.createDirectories(directory.resolve("sub/target"));
    Files.writeString(directory.resolve("sub/file"), token);
    String key = Integer.toString(random.nextInt(1, Integer.MAX_VALUE));
    process =
        new ProcessBuilder(probe.toString(), "canary", token, key)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.ISO_8859_1));
    String[] born = line().split(" ", -1);
    facts =
        String.join(
            ",",
            "",
            "pid=" + born[0],
            "at=" + born[1],
            "file=" + directory.resolve("link"),
            "token=" + token,
            "key=" + key,
            "disk=" + disk(),
            "pids=" + Files.getAttribute(Path.of("/proc/self/ns/pid"), "unix:ino"),
            "net=" + Files.getAttribute(Path.of("/proc/self/ns/net"), "unix:ino"),
            "uts=" + Files.getAttribute(Path.of("/proc/self/ns/uts"), "unix:ino"));
    before = state();
  }

  /** For the probe in a sandbox that {@code program} runs. */
  String facts(Path program, String home) throws IOException {
    Path real = program.toRealPath();
    return facts
        + ",exe="
        + Files.getAttribute(real, "unix:dev")
        + ":"
        + Files.getAttribute(real, "unix:ino")
        + ",home="
        + home;
  }

  String token() {
    return token;
  }

  Path directory() {
    return directory;
  }

  /** What the disk's number is: of the first one that can be opened here, if only to be refused. */
  static String disk() throws IOException {
    List<String> all = new ArrayList<>();
    try (DirectoryStream<Path> disks = Files.newDirectoryStream(Path.of("/sys/block"))) {
      for (Path disk : disks) {
        String number = Files.readString(disk.resolve("dev")).strip();
        all.add(number);
        try (var open = Files.newByteChannel(Path.of("/dev").resolve(disk.getFileName()))) {
          if (open.isOpen()) {
            return number;
          }
        } catch (IOException refused) {
          // another one will do
        }
      }
    }
    return all.isEmpty() ? "7:0" : all.get(0);
  }

  /** Fails if anything has changed. */
  void assertUnchanged() throws IOException {
    assertEquals(before, state());
  }

  /** An escape if anything has changed since the last question, else as good as can be. */
  Verdict compared() throws IOException {
    Map<String, String> now = state();
    Set<String> changed = new TreeSet<>(now.keySet());
    changed.addAll(before.keySet());
    changed.removeIf(name -> Objects.equals(now.get(name), before.get(name)));
    before = now;
    return changed.isEmpty()
        ? new Verdict(Verdict.ABSENT, "nothing has changed")
        : new Verdict(Verdict.ESCAPED, changed.iterator().next() + " of the host has changed");
  }

  /** An attack's process that should have ended with its sandbox. */
  Optional<ProcessHandle> leftover() {
    return ProcessHandle.allProcesses()
        .filter(
            other -> {
              try {
                return Files.readString(
                        Path.of("/proc", Long.toString(other.pid()), "cmdline"),
                        StandardCharsets.ISO_8859_1)
                    .startsWith("leftover-" + token);
              } catch (IOException ended) {
                return false;
              }
            })
        .findFirst();
  }

  private Map<String, String> state() throws IOException {
    Map<String, String> state = new TreeMap<>();
    for (String setting : SETTINGS) {
      Path file = Path.of(setting);
      state.put(setting, Files.isReadable(file) ? Files.readString(file) : "not there");
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.toList()) {
        String content =
            Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.readString(file) : "";
        state.put(
            file.toString(),
            Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS) + " " + content);
      }
    }
    state.put("links of /etc/hosts", links(Path.of("/etc/hosts")));
    return state;
  }

  private static String links(Path file) throws IOException {
    return Files.exists(file) ? Files.getAttribute(file, "unix:nlink").toString() : "none";
  }

  /** How many signals the canary got, and whether its memory is unchanged. */
  String asked() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
    return line();
  }

  private String line() throws IOException {
    String line = output.readLine();
    if (line == null) {
      throw new IOException("the canary is dead");
    }
    return line;
  }

  /** The canary takes its objects away when its input has ended. */
  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    while (output.readLine() != null) {
      // until it has ended
    }
  }
}
