package jbuild.cgroup;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Controllers of version 1 that this machine has not mounted, in a mount namespace of their own
 * where they are: the kernel takes what the table says.
 */
final class MountedHierarchiesRootTest {
  /**
   * A hierarchy goes with its last mount only if no group is being freed just then; else it stays,
   * without a mount, until it has been mounted and unmounted once more.
   */
  private static final String RELEASE =
      """
      release() {
        umount "$directory/$1"
        for try in 1 2 3 4 5 6 7 8 9 10; do
          grep -q "^$1.0" /proc/cgroups && return
          sleep 0.2
          mount -t cgroup -o "$1" cgroup "$directory/$1" && umount "$directory/$1"
        done
      }
      """;

  @TempDir Path directory;

  @Test
  void packets_get_their_class_and_priority() throws Exception {
    List<String> output = run("net_cls", "net_prio");
    assertTrue(output.contains("net_cls=1048577"), output.toString());
    assertTrue(has(output, "net_prio=", "lo 5"), output.toString());
    assertTrue(output.contains("in net_cls"), output.toString());
    assertTrue(output.contains("done"), output.toString());
  }

  @Test
  void every_container_is_in_a_group_that_perf_can_watch() throws Exception {
    List<String> output = run("perf_event");
    assertTrue(output.contains("in perf_event"), output.toString());
    assertTrue(output.contains("done"), output.toString());
  }

  @Test
  void memory_in_huge_pages_has_its_limit() throws Exception {
    List<String> output = run("hugetlb");
    assertTrue(output.contains("hugetlb=4194304"), output.toString());
    assertTrue(output.contains("done"), output.toString());
  }

  private List<String> run(String... controllers) throws IOException, InterruptedException {
    boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    skipUnless(root, "it needs root");
    for (String controller : controllers) {
      skipUnless(isUnbound(controller), "it needs " + controller + " in the kernel, not mounted");
    }
    StringBuilder script = new StringBuilder(RELEASE + "mount --make-rprivate / || exit 9\n");
    for (String controller : controllers) {
      Path point = Files.createDirectory(directory.resolve(controller));
      // Version 2 may have handed it down already, which takes it until the next boot.
      script.append("mount -t cgroup -o ").append(controller).append(" cgroup ").append(point);
      script.append(" || { echo busy; exit 0; }\n");
    }
    script.append("\"$@\"\n");
    for (String controller : controllers) {
      script.append("release ").append(controller).append('\n');
    }
    List<String> command = new ArrayList<>(List.of("unshare", "-m", "sh", "-c"));
    command.add(script.toString());
    command.add("sh");
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(MountedHierarchies.class.getName());
    command.addAll(List.of(controllers));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("directory", directory.toString());
    Process process = builder.start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    List<String> lines = List.of(text.split("\n", -1));
    skipUnless(
        !lines.contains("busy"), "it needs a controller that version 2 does not use: " + text);
    for (String controller : controllers) {
      assertFalse(Files.exists(directory.resolve(controller).resolve("cgroup.procs")), controller);
    }
    return lines;
  }

  /** The line of /proc/cgroups has hierarchy 0. */
  private static boolean isUnbound(String controller) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/cgroups"))) {
      if (line.startsWith(controller + "\t0\t")) {
        return true;
      }
    }
    return false;
  }

  private static boolean has(List<String> lines, String start, String part) {
    for (String line : lines) {
      if (line.startsWith(start) && line.contains(part)) {
        return true;
      }
    }
    return false;
  }

  private static void skipUnless(boolean condition, String why) {
    if (!condition) {
      System.err.println("skipped: " + why);
    }
    assumeTrue(condition, why);
  }
}
