package jbuild.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jbuild.UserModeLinux;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The root tests on a machine with control groups of version 2: user-mode Linux, no root needed.
 */
final class VersionTwoUmlTest {
  /** What only version 2 shows: CLONE_INTO_CGROUP, memory.events and memory.peak, cpu.max. */
  private static final List<String> EXPECTED =
      List.of(
          "running_out_of_memory_is_named_with_limit_and_peak",
          "the_number_of_processes_is_limited",
          "processor_time_has_its_quota_and_groups_go_away",
          "the_sandbox_does_not_see_where_its_group_is",
          "limits_do_what_the_table_says",
          "the_end_of_the_parent_is_the_end_of_the_sandbox");

  @TempDir Path directory;

  @Test
  void sandboxes_run_under_linux_6_1_with_control_groups_of_version_2() throws Exception {
    Path kernel = UserModeLinux.KERNEL;
    RootOnly.skipUnless(Files.isExecutable(kernel), "it needs user-mode-linux: " + kernel);
    List<String> output = boot();
    assertTrue(output.contains("uml: control groups V2"), output.toString());
    assertEquals(List.of(), output.stream().filter(l -> l.startsWith(TestsInUml.FAILED)).toList());
    for (String test : EXPECTED) {
      assertTrue(output.contains(TestsInUml.PASSED + test), test + " in " + output);
    }
    assertTrue(output.contains(TestsInUml.DONE), output.toString());
  }

  private List<String> boot() throws IOException, InterruptedException {
    String init =
        "#!/bin/sh\nexport JAVA='"
            + Path.of(System.getProperty("java.home"), "bin", "java")
            + "'\nexport CLASSPATH='"
            + System.getProperty("java.class.path")
            + "'\nexport OVERLAY_MODULE='"
            + UserModeLinux.module("overlay.ko")
            + "'\nexport LOOP_MODULE='"
            + UserModeLinux.module("loop.ko")
            + "'\ncd '"
            + Path.of("").toAbsolutePath()
            + "'\nexec /bin/sh src/test/uml/init.sh\n";
    return UserModeLinux.boot(directory, init, 240, StandardCharsets.ISO_8859_1)
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("uml:"))
        .toList();
  }
}
