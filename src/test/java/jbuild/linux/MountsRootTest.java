package jbuild.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mounts, devices and owners. Detached mounts (fsmount, open_tree) need no place in the host's tree
 * and vanish with their descriptor.
 */
class MountsRootTest {
  private static final ByteString ROOT_FILE = ByteString.of("f");

  @TempDir Path temporary;

  private final Syscalls syscalls = Syscalls.load();

  @BeforeEach
  void needsRoot() throws IOException {
    boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    if (!root) {
      System.err.println("skipped: mounts, devices and owners need root");
    }
    assumeTrue(root);
  }

  @Test
  void detached_tmpfs_is_used_through_its_descriptor() throws IOException {
    try (Fd mount = tmpfs(0)) {
      syscalls.openat(mount, ROOT_FILE, OpenFlags.CREAT | OpenFlags.WRONLY, 0600).close();
      assertEquals(FileType.REGULAR, syscalls.statx(mount, ROOT_FILE, false).type());
      assertEquals(0700, syscalls.fstat(mount).permissions());
    }
  }

  @Test
  void kernels_own_words_are_in_the_message() throws IOException {
    try (Fd context = syscalls.fsopen("tmpfs")) {
      ErrnoException failure =
          assertThrows(
              ErrnoException.class,
              () -> syscalls.fsconfigString(context, "nonsense", ByteString.of("1")));
      assertEquals(
          "fsconfig nonsense: EINVAL (invalid argument; tmpfs: Unknown parameter 'nonsense')",
          failure.getMessage());
    }
  }

  @Test
  void read_only_attribute_is_set_at_the_mount_or_later() throws IOException {
    try (Fd mount = tmpfs(MountFlags.ATTR_RDONLY)) {
      assertReadOnly(mount);
    }
    try (Fd mount = tmpfs(0)) {
      syscalls.mountSetattr(mount, ByteString.EMPTY, 0, MountFlags.ATTR_RDONLY, 0, 0);
      assertReadOnly(mount);
    }
  }

  @Test
  void tree_is_cloned_and_attached_and_taken_away_again() throws IOException {
    Path target = Files.createDirectory(temporary.resolve("target"));
    ByteString at = HostPath.of(target);
    try (Fd mount = tmpfs(0)) {
      syscalls.mkdirat(mount, ByteString.of("d"), 0755);
      syscalls.moveMount(mount, Fd.CWD, at, 0);
      try {
        assertTrue(Files.isDirectory(target.resolve("d")));
        int flags = MountFlags.OPEN_TREE_CLONE;
        try (Fd copy = syscalls.openTree(Fd.CWD, at, flags)) {
          assertEquals(FileType.DIRECTORY, syscalls.statx(copy, ByteString.of("d"), false).type());
        }
      } finally {
        syscalls.umount2(at, MountFlags.MNT_DETACH);
      }
    }
    assertFalse(Files.exists(target.resolve("d")));
  }

  @Test
  void classic_mount_takes_options_and_names_its_target() throws IOException {
    Path target = Files.createDirectory(temporary.resolve("target"));
    ByteString at = HostPath.of(target);
    syscalls.mount(null, at, "tmpfs", MountFlags.MS_NODEV, ByteString.of("mode=0711"));
    try {
      assertEquals(0711, syscalls.statx(Fd.CWD, at, false).permissions());
    } finally {
      syscalls.umount2(at, 0);
    }
    ErrnoException failure =
        assertThrows(
            ErrnoException.class,
            () -> syscalls.mount(null, ByteString.of("/no/such"), "tmpfs", 0, null));
    assertEquals(
        "mount tmpfs on /no/such: ENOENT (no such file or directory)", failure.getMessage());
  }

  @Test
  void device_numbers_of_all_sizes_round_trip() throws IOException {
    try (Fd mount = tmpfs(0)) {
      int[][] devices = {{1, 3}, {0, 0}, {259, 1}, {4095, 1048575}, {8, 256}};
      for (int[] device : devices) {
        ByteString name = ByteString.of("d" + device[0] + "." + device[1]);
        int mode = FileType.BLOCK_DEVICE.modeBits() | 0600;
        syscalls.mknodat(mount, name, mode, device[0], device[1]);
        FileStat stat = syscalls.statx(mount, name, false);
        assertEquals(FileType.BLOCK_DEVICE, stat.type());
        assertEquals(device[0], stat.rdevMajor());
        assertEquals(device[1], stat.rdevMinor());
      }
    }
  }

  @Test
  void owners_of_files_and_of_links_themselves_are_set() throws IOException {
    try (Fd mount = tmpfs(0)) {
      ByteString link = ByteString.of("link");
      syscalls.symlinkat(ByteString.of("nowhere"), mount, link);
      syscalls.fchownat(mount, link, 1234, 0x7fff_ffff, AtFlags.SYMLINK_NOFOLLOW);
      syscalls.utimensat(mount, link, 1, 2, AtFlags.SYMLINK_NOFOLLOW);
      FileStat stat = syscalls.statx(mount, link, false);
      assertEquals(1234, stat.uid());
      assertEquals(0x7fff_ffff, stat.gid());
      assertEquals(1, stat.mtimeSeconds());
      assertEquals(2, stat.mtimeNanos());
      ByteString trusted = ByteString.of("trusted.overlay.opaque");
      syscalls.setxattr(mount, link, trusted, new byte[] {'y'});
      assertArrayEquals(new byte[] {'y'}, syscalls.xattrs(mount, link).get(trusted));
    }
  }

  @Test
  void overlay_takes_its_layers_by_descriptor() throws IOException {
    try (Fd lower = tmpfs(0);
        Fd upper = tmpfs(0);
        Fd context = syscalls.fsopen("overlay")) {
      syscalls.mkdirat(lower, ByteString.of("below"), 0755);
      for (String name : List.of("upper", "work")) {
        syscalls.mkdirat(upper, ByteString.of(name), 0755);
      }
      List<Fd> opened = new ArrayList<>();
      try {
        syscalls.fsconfigFd(context, "lowerdir+", lower);
        for (String name : List.of("upper", "work")) {
          Fd directory = syscalls.openat(upper, ByteString.of(name), OpenFlags.PATH, 0);
          opened.add(directory);
          syscalls.fsconfigFd(context, name + "dir", directory);
        }
        syscalls.fsconfigFlag(context, "volatile");
        syscalls.fsconfigCreate(context);
        try (Fd merged = syscalls.fsmount(context, 0)) {
          assertEquals(
              FileType.DIRECTORY, syscalls.statx(merged, ByteString.of("below"), false).type());
        }
      } catch (ErrnoException e) {
        assumeTrue(!e.is(Errno.EINVAL), "overlay layers by descriptor need Linux 6.13");
        throw e;
      } finally {
        opened.forEach(Fd::close);
      }
    }
  }

  @Test
  void loop_device_shows_a_file_read_only_and_frees_itself() throws IOException {
    if (!Files.exists(Path.of("/dev/loop-control"))) {
      System.err.println("skipped: there is no /dev/loop-control here");
    }
    assumeTrue(Files.exists(Path.of("/dev/loop-control")));
    byte[] content = new byte[64 << 10];
    content[4096] = 77;
    Path file = Files.write(temporary.resolve("disk"), content);
    Path name;
    try (LoopDevice loop = LoopDevice.attach(syscalls, file)) {
      name = loop.path();
      ByteBuffer block = ByteBuffer.allocateDirect(512);
      assertEquals(512, syscalls.pread(loop.device(), block, 4096));
      assertEquals(77, block.get(0));
      Path readOnly = Path.of("/sys/block", name.getFileName().toString(), "ro");
      assertEquals("1", Files.readString(readOnly).strip());
    }
    Path backing = Path.of("/sys/block", name.getFileName().toString(), "loop/backing_file");
    assertFalse(Files.exists(backing) && Files.readString(backing).startsWith(file.toString()));
  }

  @Test
  void child_starts_in_namespaces_of_its_own() throws IOException {
    SyscallProgram program = new SyscallProgram();
    program.call(
        "private mounts",
        Syscall.MOUNT,
        Arg.NONE,
        Arg.string("/"),
        Arg.NONE,
        Arg.number(MountFlags.MS_REC | MountFlags.MS_PRIVATE));
    program.call(
        "hide",
        Syscall.MOUNT,
        Arg.string("tmpfs"),
        Arg.string(HostPath.of(temporary)),
        Arg.string("tmpfs"));
    Arg.Slot pid = program.call("pid", Syscall.GETPID);
    program.call("exit", Syscall.EXIT_GROUP, pid);
    long flags = CloneFlags.NEWNS | CloneFlags.NEWPID | CloneFlags.NEWNET | CloneFlags.NEWUTS;
    try (ChildProcess child = new ProgramRunner(syscalls).start(program, flags, null)) {
      assertEquals(1 << 8, child.waitFor());
    }
    assertFalse(Files.readString(Path.of("/proc/self/mounts")).contains(temporary.toString()));
  }

  @Test
  void child_starts_in_the_cgroup_it_is_given() throws IOException {
    Path hierarchy = null;
    for (String line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
      String[] fields = line.split(" ", -1);
      hierarchy = fields[2].equals("cgroup2") ? Path.of(fields[1]) : hierarchy;
    }
    if (hierarchy == null || !Files.isWritable(hierarchy)) {
      System.err.println("skipped: no cgroup v2 hierarchy is mounted writable here");
    }
    assumeTrue(hierarchy != null && Files.isWritable(hierarchy));
    Path group = Files.createDirectory(hierarchy.resolve("jbuild-test-" + syscalls.getpid()));
    try (Fd cgroup = syscalls.openat(Fd.CWD, HostPath.of(group), OpenFlags.PATH, 0)) {
      SyscallProgram program = new SyscallProgram();
      program.call(
          "exec",
          Syscall.EXECVE,
          Arg.string("/bin/sleep"),
          Arg.strings(List.of(ByteString.of("sleep"), ByteString.of("1000"))),
          Arg.NONE);
      try (ChildProcess child = new ProgramRunner(syscalls).start(program, 0, cgroup)) {
        assertEquals(List.of("" + child.pid()), Files.readAllLines(group.resolve("cgroup.procs")));
      }
    } finally {
      Files.delete(group);
    }
  }

  private Fd tmpfs(long attributes) throws IOException {
    try (Fd context = syscalls.fsopen("tmpfs")) {
      syscalls.fsconfigString(context, "mode", ByteString.of("0700"));
      syscalls.fsconfigCreate(context);
      return syscalls.fsmount(context, attributes);
    }
  }

  private void assertReadOnly(Fd mount) {
    ErrnoException failure =
        assertThrows(ErrnoException.class, () -> syscalls.mkdirat(mount, ByteString.of("d"), 0700));
    assertEquals(Errno.EROFS, failure.errno());
  }
}
