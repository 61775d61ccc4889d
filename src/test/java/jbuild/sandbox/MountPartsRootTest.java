package jbuild.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.linux.Fd;
import jbuild.linux.OpenFlags;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a RUN mounts beside the files of the host: parts of other stacks, files in memory. */
class MountPartsRootTest {
  @TempDir Path temporary;
  private TestBox box;
  private int stacks;

  @BeforeEach
  void start() throws IOException {
    RootOnly.check();
    box = new TestBox(temporary);
    box.file("t/there", "");
    box.file("f", "");
    Files.createDirectories(temporary.resolve("low/d/e"));
    Files.writeString(temporary.resolve("low/d/f"), "lower");
    Files.writeString(temporary.resolve("low/d/e/g"), "deep");
    Files.createSymbolicLink(temporary.resolve("low/out"), Path.of("/etc"));
    Files.createDirectories(temporary.resolve("high/d"));
    Files.writeString(temporary.resolve("high/d/f"), "higher");
  }

  @AfterEach
  void stop() {
    if (box != null) {
      box.close();
    }
  }

  private Fd open(String name) throws IOException {
    return box.syscalls.openat(
        Fd.CWD,
        ByteString.of(temporary.resolve(name).toString()),
        OpenFlags.PATH | OpenFlags.DIRECTORY | OpenFlags.CLOEXEC,
        0);
  }

  private TestBox.Result with(String inside, String target, boolean readOnly, String script)
      throws IOException {
    stacks++;
    Path upper = Files.createDirectories(temporary.resolve("stack" + stacks + "/upper"));
    Path work = Files.createDirectories(temporary.resolve("stack" + stacks + "/work"));
    try (Fd high = open("high");
        Fd low = open("low")) {
      MountOp stack =
          new MountOp.Stack(
              new RootFilesystem.Overlay(List.of(high, low), upper, work, box.mode, true),
              BytePath.parse(inside),
              BytePath.parse(target),
              readOnly);
      return box.shell(script, spec -> spec.mounts(List.of(stack)));
    }
  }

  private void partsAreSeen() throws IOException {
    assertEquals("higherdeep", with("/d", "/t", true, "cat /t/f /t/e/g").output());
    assertEquals("deep", with("/d/e/g", "/f", true, "cat /f").output());
    assertEquals("d\nout\n", with("/", "/t", true, "ls /t").output());
    TestBox.Result refused = with("/d", "/t", true, "touch /t/new");
    assertTrue(refused.output().contains("Read-only file system"), refused.output());
    TestBox.Result written = with("/d", "/t", false, "echo x > /t/f; cat /t/f");
    assertEquals("x\n", written.output());
    assertEquals("higher", Files.readString(temporary.resolve("high/d/f")));
    assertTrue(Files.exists(temporary.resolve("stack" + stacks + "/upper/d/f")));
    assertFalse(Files.exists(written.upper().resolve("t")));
  }

  @Test
  void a_part_of_another_stack_is_mounted() throws IOException {
    partsAreSeen();
  }

  @Test
  void a_part_of_another_stack_is_mounted_by_old_kernels_too() throws IOException {
    box.mode = OverlayMode.BY_PATH;
    partsAreSeen();
  }

  @Test
  void a_link_in_a_stack_never_leads_to_the_host() {
    assertThrows(SandboxException.class, () -> with("/out/passwd", "/f", true, "cat /f"));
    assertThrows(SandboxException.class, () -> with("/out", "/t", true, "ls /t"));
  }

  @Test
  void the_hosts_mounts_are_as_before_and_nothing_hidden_is_left_inside() throws IOException {
    String before = Files.readString(Path.of("/proc/self/mounts"));
    String inside = with("/d", "/t", true, "cat /proc/mounts").output();
    assertEquals(1, inside.lines().filter(line -> line.contains(" /t overlay ")).count(), inside);
    assertEquals(1, inside.lines().filter(line -> line.contains(" / overlay ")).count(), inside);
    assertEquals(before, Files.readString(Path.of("/proc/self/mounts")));
  }

  @Test
  void a_file_in_memory_is_as_it_is_told_and_on_no_disk() throws IOException {
    byte[] content = "from memory".getBytes(StandardCharsets.UTF_8);
    MountOp file = new MountOp.MemoryFile(BytePath.parse("/f"), content, 5, 6, 0440);
    MountOp empty = new MountOp.MemoryFile(BytePath.parse("/t/there"), new byte[0], 0, 0, 0400);
    TestBox.Result result =
        box.shell(
            "cat /f; stat -c ' %a %u %g' /f; stat -c %s /t/there; echo x > /f || echo ro",
            spec -> spec.mounts(List.of(file, empty)));
    assertTrue(result.output().startsWith("from memory 440 5 6\n0\n"), result.output());
    assertTrue(result.output().endsWith("ro\n"), result.output());
    assertFalse(Files.exists(result.upper().resolve("f")));
    assertFalse(file.toString().contains("from memory"));
  }

  @Test
  void a_tmpfs_has_places_for_what_is_mounted_in_it() throws IOException {
    MountOp tmpfs =
        new MountOp.Tmpfs(
            BytePath.parse("/t"),
            0,
            01777,
            List.of(
                new MountOp.Place(BytePath.parse("a/b"), true),
                new MountOp.Place(BytePath.parse("a/c"), false)));
    MountOp file = new MountOp.MemoryFile(BytePath.parse("/t/a/c"), new byte[] {'!'}, 0, 0, 0444);
    assertEquals(
        "b\nc\n!",
        box.shell("ls /t/a; cat /t/a/c", spec -> spec.mounts(List.of(tmpfs, file))).output());
  }

  @Test
  void limits_and_shared_memory_are_as_they_are_told() throws IOException {
    TestBox.Result result =
        box.shell(
            "ulimit -Sn; ulimit -Hn; stat -f -c %b:%s /dev/shm",
            spec ->
                spec.user(7, 7).rlimits(List.of(new Rlimit("nofile", 77, 99))).shmBytes(1 << 20));
    assertEquals("77\n99\n256:4096\n", result.output());
  }

  @Test
  void all_rights_are_more_than_dockers() throws IOException {
    String out =
        box.shell("mkdir /m && mount -t tmpfs none /m && echo mounted", b -> b.allRights())
            .output();
    assertEquals("mounted\n", out);
    assertFalse(box.shell("mkdir /n && mount -t tmpfs none /n", b -> b).status().isSuccess());
  }
}
