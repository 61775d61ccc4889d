package jbuild.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.linux.Fd;
import jbuild.linux.OpenFlags;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a process in a sandbox sees and may do. */
final class SandboxRootTest {
  @TempDir Path directory;
  private TestBox box;

  @BeforeEach
  void setUp() throws IOException {
    RootOnly.check();
    box = new TestBox(directory);
  }

  @AfterEach
  void tearDown() {
    if (box != null) {
      box.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void root_is_the_overlay_and_writes_go_to_its_upper_directory(OverlayMode mode)
      throws IOException {
    box.mode = mode;
    box.file("etc/below", "from the image");
    TestBox.Result result = box.shell("cat /etc/below; echo new > /etc/new; ls /");
    assertEquals("from the imagebin\ndev\netc\nproc\nroot\nsys\ntmp\nwd\n", result.output());
    assertEquals("new\n", Files.readString(result.upper().resolve("etc/new")));
    assertFalse(Files.exists(box.image().resolve("etc/new")));
  }

  @ParameterizedTest
  @EnumSource
  void nothing_is_above_the_root(OverlayMode mode) throws IOException {
    box.mode = mode;
    box.file("mark", "the image");
    assertEquals(
        "the image the image", box.shell("cat /mark; echo -n ' '; cat /../../mark").output());
  }

  @Test
  void nothing_stays_mounted_on_the_host() throws IOException {
    String before = Files.readString(Path.of("/proc/self/mountinfo"));
    box.shell("true");
    box.mode = OverlayMode.BY_PATH;
    box.shell("true");
    assertEquals(before, Files.readString(Path.of("/proc/self/mountinfo")));
  }

  @Test
  void processes_are_the_sandboxs_own_and_the_first_is_number_one() throws IOException {
    assertEquals("1 /proc/1\n", box.shell("echo $$ /proc/[0-9]*").output());
  }

  @Test
  void only_the_standard_descriptors_are_open() throws IOException {
    int fDupfd = 0; // without FD_CLOEXEC, as a careless library opens files
    long leak;
    try (Fd file = box.syscalls.openat(Fd.CWD, ByteString.of("/etc/passwd"), 0, 0)) {
      leak = box.syscalls.fcntl(file, fDupfd, 7);
    }
    try {
      String script =
          "n=0; while [ $n -lt 600 ]; do [ -e /proc/self/fd/$n ] && echo $n; n=$((n+1)); done";
      assertEquals("0\n1\n2\n", box.shell(script).output());
    } finally {
      box.syscalls.fcntl(Fd.borrowed((int) leak), 2, 1);
    }
  }

  @Test
  void dev_holds_the_default_devices_only() throws IOException {
    assertEquals(
        "fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero \n",
        box.shell("for f in $(ls /dev); do echo -n \"$f \"; done; echo").output());
    assertEquals(
        "16\nnot null\n",
        box.shell("head -c 16 /dev/urandom | wc -c; echo x > /dev/null; echo not null").output());
  }

  @Test
  void kernel_files_are_masked_or_read_only() throws IOException {
    assertEquals("0\n", box.shell("cat /proc/timer_list /proc/keys | wc -c").output());
    assertEquals("0\n", box.shell("ls /sys/firmware | wc -l").output());
    String output =
        box.shell("echo 1 > /proc/sys/kernel/printk; echo 1 > /sys/kernel/profiling").output();
    assertEquals(2, output.split("ead-only file system", -1).length - 1, output);
  }

  @Test
  void host_name_working_directory_and_environment_are_the_specifications() throws IOException {
    UnaryOperator<SandboxSpec.Builder> change =
        builder ->
            builder
                .hostname(ByteString.of("box"))
                .cwd(BytePath.parse("/wd"))
                .env(List.of(ByteString.of("A=1"), ByteString.of("B=")));
    assertEquals("box\n/wd\n", box.shell("hostname; pwd", change).output());
    assertEquals("A=1\nB=\n", box.run(List.of("/bin/env"), change).output());
  }

  @Test
  void without_a_network_only_loopback_is_there_and_up() throws IOException {
    String script = "ls /sys/class/net; cat /sys/class/net/lo/flags";
    assertEquals("lo\n0x9\n", box.shell(script, b -> b.network(NetworkMode.NONE)).output());
  }

  @Test
  void the_hosts_network_is_there_when_asked_for() throws IOException {
    String host =
        String.join("", Files.readAllLines(Path.of("/proc/net/dev"))).replaceAll("\\d", "");
    String inside = box.shell("cat /proc/net/dev", b -> b.network(NetworkMode.HOST)).output();
    assertEquals(host, inside.replace("\n", "").replaceAll("\\d", ""));
  }

  @Test
  void signals_are_unblocked_and_default() throws IOException {
    String output =
        box.run(List.of("grep", "-E", "Sig(Blk|Ign)", "/proc/1/status"), b -> b).output();
    assertEquals("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n", output);
  }

  @ParameterizedTest
  @ValueSource(strings = {"proc", "sys", "dev"})
  void a_symbolic_link_for_a_mount_point_is_refused(String name) throws IOException {
    Files.delete(box.image().resolve(name));
    Files.createSymbolicLink(box.image().resolve(name), Path.of("/tmp"));
    SandboxException failure = assertThrows(SandboxException.class, () -> box.shell("true"));
    assertEquals(
        "set up the sandbox: open mount point /"
            + name
            + ": ELOOP (too many levels of symbolic links)"
            + " (the image has a symbolic link there: make it a directory)",
        failure.getMessage());
  }

  @Test
  void bind_mounts_show_the_hosts_files() throws IOException {
    Path host = Files.createDirectories(directory.resolve("host"));
    Files.writeString(host.resolve("f"), "host file\n");
    box.file("etc/target", "hidden");
    TestBox.Result result =
        box.shell(
            "cat /etc/target /wd/f; echo no > /etc/target; echo yes > /wd/g",
            builder ->
                builder.mounts(
                    List.of(
                        new MountOp.HostBind(
                            host.resolve("f"), BytePath.parse("/etc/target"), true, false),
                        new MountOp.HostBind(host, BytePath.parse("/wd"), false, true))));
    assertTrue(result.output().startsWith("host file\nhost file\n"), result.output());
    assertTrue(result.output().contains("Read-only file system"), result.output());
    assertEquals("yes\n", Files.readString(host.resolve("g")));
    assertEquals("host file\n", Files.readString(host.resolve("f")));
  }

  @Test
  void bind_mounts_take_open_descriptors() throws IOException {
    Path file = Files.writeString(directory.resolve("secret"), "s3cret\n");
    box.file("etc/target", "");
    try (Fd fd = box.syscalls.openat(Fd.CWD, ByteString.of(file.toString()), OpenFlags.PATH, 0)) {
      assertEquals(
          "s3cret\n",
          box.shell("cat /etc/target", b -> b.mounts(List.of(bind(fd, "/etc/target")))).output());
      SandboxException failure =
          assertThrows(
              SandboxException.class,
              () -> box.shell("true", b -> b.mounts(List.of(bind(fd, "/nowhere")))));
      assertEquals(
          "set up the sandbox: open mount point /nowhere: ENOENT (no such file or directory)"
              + " (the image does not have it)",
          failure.getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource
  void links_to_a_bind_target_stay_inside_the_root(OverlayMode mode) throws IOException {
    box.mode = mode;
    Path host = Files.writeString(directory.resolve("f"), "bound\n");
    box.file("etc/inside", "");
    Files.createSymbolicLink(box.image().resolve("etc/link"), Path.of("../../../../../etc/inside"));
    MountOp bind = new MountOp.HostBind(host, BytePath.parse("/etc/link"), true, false);
    assertEquals("bound\n", box.shell("cat /etc/inside", b -> b.mounts(List.of(bind))).output());
  }

  @Test
  void own_mounts_cannot_be_covered() {
    for (String target : List.of("/", "/proc", "/proc/sys", "/dev", "/sys")) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new MountOp.Tmpfs(BytePath.parse(target), 0, 0755),
          target);
    }
  }

  @Test
  void memory_file_systems_have_their_size_and_mode() throws IOException {
    List<MountOp> mounts =
        List.of(
            new MountOp.Tmpfs(BytePath.parse("/tmp"), 1 << 20, 01777),
            new MountOp.Tmpfs(BytePath.parse("/dev/shm"), 2 << 20, 0700));
    TestBox.Result result =
        box.shell(
            "stat -c %a /tmp /dev/shm; stat -f -c %b /dev/shm; dd if=/dev/zero of=/tmp/f bs=1k "
                + "count=2000 2>&1 | grep -o 'No space.*'",
            b -> b.mounts(mounts));
    assertEquals("1777\n700\n512\nNo space left on device\n", result.output());
    assertFalse(Files.exists(result.upper().resolve("tmp/f")));
  }

  @Test
  void a_read_only_root_takes_no_writes_but_its_mounts_do() throws IOException {
    List<MountOp> mounts = List.of(new MountOp.Tmpfs(BytePath.parse("/tmp"), 0, 01777));
    String output =
        box.shell(
                "touch /etc/x; touch /tmp/x && echo yes", b -> b.readOnlyRoot(true).mounts(mounts))
            .output();
    assertEquals("touch: /etc/x: Read-only file system\nyes\n", output);
  }

  @Test
  void a_missing_working_directory_is_named() {
    SandboxException failure =
        assertThrows(
            SandboxException.class,
            () -> box.shell("true", b -> b.cwd(BytePath.parse("/no/such"))));
    assertEquals(
        "set up the sandbox: go to /no/such: ENOENT (no such file or directory)"
            + " (the working directory must exist in the image)",
        failure.getMessage());
  }

  @Test
  void the_working_directory_cannot_be_a_descriptor_of_the_host() throws IOException {
    Files.createSymbolicLink(box.image().resolve("out"), Path.of("/proc/self/fd/7"));
    long leak;
    try (Fd root = box.syscalls.openat(Fd.CWD, ByteString.of("/"), OpenFlags.PATH, 0)) {
      leak = box.syscalls.fcntl(root, 0, 7);
    }
    try {
      for (String cwd : List.of("/out", "/proc/self/fd/" + leak, "/proc/1/root", "/proc/1/cwd")) {
        assertThrows(
            SandboxException.class,
            () -> box.shell("pwd; ls", b -> b.cwd(BytePath.parse(cwd))),
            cwd);
      }
    } finally {
      box.syscalls.fcntl(Fd.borrowed((int) leak), 2, 1);
    }
  }

  private static MountOp bind(Fd fd, String target) {
    return new MountOp.Bind(fd, BytePath.parse(target), true, false);
  }
}
