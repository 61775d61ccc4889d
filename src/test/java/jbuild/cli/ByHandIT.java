package jbuild.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jbuild.UserModeLinux;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs {@code docs/by-hand.md}: every block prints what the page says. A chapter has a mount,
 * network, pid, UTS and IPC namespace of its own; all share one directory and one data root, as for
 * a reader.
 */
final class ByHandIT {
  /** The chapters that show something else there: what comes first, limits, layers. */
  private static final List<String> IN_UML = List.of("0", "4", "7");

  @TempDir Path directory;

  private static boolean isHere(String condition) {
    if (condition.startsWith("needs:")) {
      return isInstalled(condition.substring("needs:".length()));
    }
    if (condition.startsWith("fs:")) {
      return hasFileSystem(condition.substring("fs:".length()));
    }
    return switch (condition) {
      case "v1" -> Files.isDirectory(Path.of("/sys/fs/cgroup/memory"));
      case "v2" -> Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));
      case "x86_64" -> System.getProperty("os.arch").equals("amd64");
      default ->
          throw new IllegalArgumentException("an unknown condition on the page: " + condition);
    };
  }

  private static boolean hasFileSystem(String type) {
    try {
      return Files.readAllLines(Path.of("/proc/filesystems")).contains("\t" + type);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  /** Puts this build's jbuild into {@code bin/}. */
  private void makeCommand(Path dataRoot) throws IOException {
    Path command = Files.createDirectories(directory.resolve("bin")).resolve("jbuild");
    String classes =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Files.writeString(
        command,
        String.join(
            "\n",
            "#!/bin/sh",
            "export JBUILD_ROOT='" + dataRoot + "'",
            "exec '" + Path.of(System.getProperty("java.home"), "bin", "java") + "' \\",
            "  -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx144m \\",
            "  ${TEMPORARY:+-Djava.io.tmpdir=$TEMPORARY} \\",
            "  -cp '" + classes + "' " + Main.class.getName() + " \"$@\"",
            ""));
    Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Path script(ByHandPage.Chapter chapter, String text) throws IOException {
    String name = chapter.title().substring(0, chapter.title().indexOf('.')) + ".sh";
    return Files.writeString(directory.resolve(name), text);
  }

  @TestFactory
  Stream<DynamicTest> every_block_prints_what_the_page_shows() throws Exception {
    Jbuild.assumeRoot("making containers by hand");
    Jbuild.assumeInstalled(
        "busybox", "unshare", "capsh", "ip", "perl", "xorriso", "mksquashfs", "ipcmk");
    makeCommand(directory.resolve("root"));
    Files.createDirectory(directory.resolve("work"));
    List<DynamicTest> tests = new ArrayList<>();
    for (ByHandPage.Chapter chapter : ByHandPage.read()) {
      tests.add(DynamicTest.dynamicTest(chapter.title(), () -> run(chapter)));
    }
    // The directory is there as long as the tests run.
    return tests.stream();
  }

  private void run(ByHandPage.Chapter chapter) throws Exception {
    sayWhatIsSkipped(chapter);
    Path script =
        script(
            chapter,
            "mount -t tmpfs none /run\nPATH='"
                + directory.resolve("bin")
                + "':$PATH\ncd '"
                + directory.resolve("work")
                + "'\n"
                + chapter.script(ByHandIT::isHere));
    try {
      Process process =
          new ProcessBuilder(
                  "unshare",
                  "--mount",
                  "--net",
                  "--pid",
                  "--uts",
                  "--ipc",
                  "--fork",
                  "--kill-child",
                  "--mount-proc",
                  "sh",
                  script.toString())
              .redirectErrorStream(true)
              .start();
      process.getOutputStream().close();
      String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
      process.waitFor();
      assertEquals("", chapter.compare(ByHandIT::isHere, printed), printed);
    } finally {
      removeGroups();
    }
  }

  private static void sayWhatIsSkipped(ByHandPage.Chapter chapter) {
    for (ByHandPage.Block block : chapter.blocks()) {
      if (!block.conditions().stream().allMatch(ByHandIT::isHere)) {
        System.err.println(
            "skipped: " + ByHandPage.FILE + ":" + block.line() + " needs " + block.conditions());
      }
    }
  }

  /** Of blocks that failed in the middle, and the one where LXC's monitor goes when it ends. */
  private static void removeGroups() throws IOException {
    try (DirectoryStream<Path> trees = Files.newDirectoryStream(Path.of("/sys/fs/cgroup"))) {
      for (Path tree : trees) {
        Files.deleteIfExists(tree.endsWith("by-hand") ? tree : tree.resolve("by-hand"));
        try {
          Files.deleteIfExists(tree.endsWith("lxc.pivot") ? tree : tree.resolve("lxc.pivot"));
        } catch (IOException inUse) {
          // by containers of this machine's own
        }
      }
    }
  }

  @Test
  void limits_and_layers_print_the_same_under_linux_6_1_with_control_groups_of_version_2()
      throws Exception {
    Jbuild.assumeInstalled("busybox");
    Path kernel = UserModeLinux.KERNEL;
    Jbuild.assume(Files.isExecutable(kernel), "it needs user-mode-linux: " + kernel);
    makeCommand(Path.of("/run/root"));
    StringBuilder calls = new StringBuilder();
    List<ByHandPage.Chapter> chapters = new ArrayList<>();
    for (ByHandPage.Chapter chapter : ByHandPage.read()) {
      String number = chapter.title().substring(0, chapter.title().indexOf('.'));
      if (IN_UML.contains(number)) {
        chapters.add(chapter);
        // Into a pipe, as ls has columns on the console.
        Path script = script(chapter, chapter.script("v2"::equals));
        calls.append("sh '").append(script).append("' | cat\n");
      }
    }
    assertEquals(IN_UML.size(), chapters.size());
    String printed = boot(calls.toString());
    for (ByHandPage.Chapter chapter : chapters) {
      assertEquals("", chapter.compare("v2"::equals, printed), printed);
    }
  }

  /** What a machine of its own prints when its first process makes the calls. */
  private String boot(String calls) throws Exception {
    String init =
        String.join(
            "\n",
            "#!/bin/sh",
            "export TEMPORARY=/run", // hostfs is read-only
            "export PATH='" + directory.resolve("bin") + "':/usr/sbin:/usr/bin:/sbin:/bin",
            "mount -t proc proc /proc",
            "mount -t sysfs sysfs /sys",
            "mount -t tmpfs tmpfs /run",
            "mount -t cgroup2 cgroup2 /sys/fs/cgroup",
            "busybox insmod '" + UserModeLinux.module("overlay.ko") + "'",
            "busybox dmesg -n 1", // or the kernel's messages are among the lines
            "mkdir /run/work",
            "cd /run/work",
            calls + "busybox poweroff -f",
            "");
    return UserModeLinux.boot(directory, init, 480, UTF_8).replace("\r", "");
  }
}
