package jbuild.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel's answers on ordinary files, without root. */
class SyscallsTest {
  private static final ByteString NOT_UTF8 =
      ByteString.of(new byte[] {(byte) 0xff, (byte) 0xfe, '\n', 'x', (byte) 0x80});
  private static final ByteString LONGEST = ByteString.of("n".repeat(255));

  @TempDir Path temporary;

  private final Syscalls syscalls = Syscalls.load();
  private Fd dir;

  @BeforeEach
  void open() throws IOException {
    dir = syscalls.openat(Fd.CWD, HostPath.of(temporary), OpenFlags.PATH, 0);
  }

  @AfterEach
  void clearOddNames() throws IOException {
    // TempDir cannot remove names that the locale cannot decode.
    for (DirEntry entry : list(ByteString.of("."))) {
      if (entry.type() != FileType.DIRECTORY) {
        syscalls.unlinkat(dir, entry.name(), 0);
      }
    }
    dir.close();
  }

  @Test
  void failure_names_call_path_and_errno() {
    ErrnoException failure =
        assertThrows(ErrnoException.class, () -> syscalls.openat(dir, text("x/y"), 0, 0));
    assertEquals("openat x/y: ENOENT (no such file or directory)", failure.getMessage());
    assertEquals(Errno.ENOENT, failure.errno());
  }

  @Test
  void errno_maps_every_number_and_unknown_ones() {
    for (Errno errno : Errno.values()) {
      assertEquals(errno, Errno.of(errno.number()));
    }
    assertEquals(Errno.EOPNOTSUPP, Errno.of(95));
    assertEquals(Errno.UNKNOWN, Errno.of(512));
    assertEquals(Errno.UNKNOWN, Errno.of(-1));
  }

  @Test
  void errors_of_two_threads_do_not_mix() throws Exception {
    var executor = Executors.newFixedThreadPool(2);
    var tasks = new ArrayList<java.util.concurrent.Future<?>>();
    for (var expected :
        new TreeMap<>(java.util.Map.of("a", Errno.ENOENT, "f/a", Errno.ENOTDIR)).entrySet()) {
      create(text("f"));
      tasks.add(
          executor.submit(
              () -> {
                for (int i = 0; i < 2_000; i++) {
                  ByteString path = text(expected.getKey());
                  var failure =
                      assertThrows(ErrnoException.class, () -> syscalls.statx(dir, path, false));
                  assertEquals(expected.getValue(), failure.errno());
                }
              }));
    }
    for (var task : tasks) {
      task.get(60, TimeUnit.SECONDS);
    }
    executor.shutdown();
  }

  @Test
  void path_that_no_kernel_takes_is_refused_before_the_call() {
    assertErrno(Errno.ENAMETOOLONG, () -> syscalls.statx(dir, text("n".repeat(4096)), false));
    assertErrno(Errno.EINVAL, () -> syscalls.statx(dir, text("a\0b"), false));
    assertErrno(Errno.ENAMETOOLONG, () -> syscalls.statx(dir, text("n".repeat(256)), false));
  }

  @Test
  void odd_names_survive_creation_listing_and_stat() throws IOException {
    for (ByteString name : List.of(NOT_UTF8, LONGEST, text("ä"))) {
      create(name);
      assertEquals(FileType.REGULAR, syscalls.statx(dir, name, false).type());
    }
    Set<ByteString> names =
        list(ByteString.of(".")).stream().map(DirEntry::name).collect(Collectors.toSet());
    assertEquals(Set.of(NOT_UTF8, LONGEST, text("ä")), names);
  }

  @Test
  void odd_names_survive_under_the_c_locale() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                OddNames.class.getName(),
                temporary.toString())
            .redirectErrorStream(true)
            .redirectOutput(temporary.resolve("log").toFile());
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), Files.readString(temporary.resolve("log")));
    assertEquals(5, syscalls.statx(dir, NOT_UTF8, false).size());
  }

  /** Writes a file of an odd name below args[0], for the test above. */
  static final class OddNames {
    public static void main(String[] args) throws IOException {
      Syscalls syscalls = Syscalls.load();
      try (Fd dir = syscalls.openat(Fd.CWD, ByteString.of(args[0]), OpenFlags.PATH, 0);
          Fd file = syscalls.openat(dir, NOT_UTF8, OpenFlags.CREAT | OpenFlags.WRONLY, 0600)) {
        syscalls.write(file, direct("12345"));
        try (var paths = Files.newDirectoryStream(Path.of(args[0]))) {
          for (Path path : paths) {
            if (!HostPath.of(path).endsWith("log")) {
              syscalls.statx(Fd.CWD, HostPath.of(path), false);
            }
          }
        }
      }
    }
  }

  @Test
  void stat_tells_all_fields() throws IOException {
    Fd file = create(text("f"));
    syscalls.write(file, direct("hello"));
    syscalls.fchmodat(dir, text("f"), 04751);
    syscalls.utimensat(dir, text("f"), -5, 123_456_789, 0);
    syscalls.linkat(dir, text("f"), dir, text("g"), 0);
    FileStat stat = syscalls.statx(dir, text("g"), false);
    assertEquals(stat, syscalls.fstat(file));
    assertEquals(FileType.REGULAR, stat.type());
    assertEquals(04751, stat.permissions());
    assertEquals(2, stat.links());
    assertEquals(5, stat.size());
    assertEquals(-5, stat.mtimeSeconds());
    assertEquals(123_456_789, stat.mtimeNanos());
    assertEquals((Integer) Files.getAttribute(temporary, "unix:uid"), stat.uid());
    assertEquals((long) Files.getAttribute(temporary.resolve("f"), "unix:ino"), stat.inode());
    assertTrue(stat.ctimeSeconds() > 1_600_000_000L);
    FileStat zero = syscalls.statx(Fd.CWD, text("/dev/zero"), true);
    assertEquals(FileType.CHARACTER_DEVICE, zero.type());
    assertEquals(1, zero.rdevMajor());
    assertEquals(5, zero.rdevMinor());
    file.close();
  }

  @Test
  void symbolic_links_are_read_and_followed_only_when_asked() throws IOException {
    syscalls.symlinkat(NOT_UTF8, dir, text("link"));
    assertEquals(NOT_UTF8, syscalls.readlinkat(dir, text("link")));
    assertEquals(FileType.SYMLINK, syscalls.statx(dir, text("link"), false).type());
    assertErrno(Errno.ENOENT, () -> syscalls.statx(dir, text("link"), true));
    ByteString longest = text("t".repeat(4095));
    syscalls.symlinkat(longest, dir, text("long"));
    assertEquals(longest, syscalls.readlinkat(dir, text("long")));
  }

  @Test
  void openat2_keeps_a_path_inside_its_root() throws IOException {
    syscalls.mkdirat(dir, text("root"), 0700);
    syscalls.symlinkat(text("/../../f"), dir, text("root/out"));
    create(text("f")).close();
    try (Fd root = syscalls.openat(dir, text("root"), OpenFlags.PATH, 0)) {
      assertErrno(
          Errno.ENOENT, () -> syscalls.openat2(root, text("out"), 0, 0, OpenFlags.RESOLVE_IN_ROOT));
      assertErrno(
          Errno.ELOOP,
          () -> syscalls.openat2(root, text("out"), 0, 0, OpenFlags.RESOLVE_NO_SYMLINKS));
    }
  }

  @Test
  void large_directory_is_listed_whole_with_types() throws IOException {
    syscalls.mkdirat(dir, text("big"), 0700);
    Set<ByteString> expected = new TreeSet<>();
    try (Fd big = syscalls.openat(dir, text("big"), OpenFlags.PATH, 0)) {
      for (int i = 0; i < 2_000; i++) {
        ByteString name = text("entry-" + i + "-".repeat(i % 100));
        syscalls.mknodat(big, name, 0100600, 0, 0);
        expected.add(name);
      }
    }
    List<DirEntry> entries = list(text("big"));
    assertEquals(2_000, entries.size());
    assertEquals(
        expected,
        entries.stream().map(DirEntry::name).collect(Collectors.toCollection(TreeSet::new)));
    assertTrue(entries.stream().allMatch(entry -> entry.type() == FileType.REGULAR));
  }

  @Test
  void empty_directory_and_a_file_are_told_apart() throws IOException {
    syscalls.mkdirat(dir, text("empty"), 0700);
    assertEquals(List.of(), list(text("empty")));
    create(text("f")).close();
    assertErrno(Errno.ENOTDIR, () -> list(text("f")));
  }

  /** Freed under the kernel, a buffer was somebody else's memory: the JVM died of it. */
  @Test
  void t7_buffers_live_as_long_as_the_call_that_fills_them() throws Exception {
    byte[] content = new byte[256 << 10];
    Arrays.fill(content, (byte) 7);
    try (Fd file = create(text("buffers"))) {
      syscalls.pwrite(file, ByteBuffer.allocateDirect(content.length).put(content).flip(), 0);
      for (int i = 0; i < 400; i++) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(content.length);
        assertEquals(content.length, syscalls.pread(file, buffer, 0));
        assertEquals(7, buffer.get(content.length - 1));
        if (i % 50 == 0) {
          System.gc();
        }
      }
    }
  }

  @Test
  void holes_are_found() throws IOException {
    try (Fd file = create(text("sparse"))) {
      syscalls.pwrite(file, direct("data"), 1 << 20);
      syscalls.ftruncate(file, 2 << 20);
      assertEquals(1 << 20, syscalls.lseek(file, 0, Syscalls.SEEK_DATA));
      assertTrue(syscalls.lseek(file, 1 << 20, Syscalls.SEEK_HOLE) > 1 << 20);
      assertErrno(Errno.ENXIO, () -> syscalls.lseek(file, 2 << 20, Syscalls.SEEK_DATA));
    }
  }

  @Test
  void transfers_advance_the_buffer_and_end_with_zero() throws IOException {
    try (Fd file = create(text("f"))) {
      ByteBuffer out = direct("xhello");
      out.position(1);
      assertEquals(5, syscalls.write(file, out));
      assertEquals(0, out.remaining());
      ByteBuffer in = ByteBuffer.allocateDirect(16);
      in.position(2);
      assertEquals(5, syscalls.pread(file, in, 0));
      assertEquals(7, in.position());
      assertEquals('h', in.get(2));
      assertEquals(0, syscalls.pread(file, in, 5));
      assertThrows(
          IllegalArgumentException.class, () -> syscalls.read(file, ByteBuffer.allocate(1)));
      syscalls.fsync(file);
      syscalls.fdatasync(file);
    }
  }

  @Test
  void names_are_moved_and_removed() throws IOException {
    create(text("a")).close();
    create(text("b")).close();
    assertErrno(
        Errno.EEXIST,
        () -> syscalls.renameat2(dir, text("a"), dir, text("b"), AtFlags.RENAME_NOREPLACE));
    syscalls.renameat2(dir, text("a"), dir, text("b"), 0);
    assertErrno(Errno.ENOENT, () -> syscalls.unlinkat(dir, text("a"), 0));
    syscalls.mkdirat(dir, text("d"), 0700);
    assertErrno(Errno.EISDIR, () -> syscalls.unlinkat(dir, text("d"), 0));
    syscalls.unlinkat(dir, text("d"), AtFlags.REMOVEDIR);
  }

  @Test
  void closed_descriptor_is_bad_and_closing_again_harmless() throws IOException {
    Fd file = create(text("f"));
    file.close();
    try (Fd next = create(text("g"))) {
      file.close();
      assertErrno(Errno.EBADF, () -> syscalls.fstat(file));
      assertEquals(FileType.REGULAR, syscalls.fstat(next).type());
    }
  }

  @Test
  void descriptors_close_on_exec() throws IOException {
    int getFlags = 1; // F_GETFD, fcntl(2)
    try (Fd file = create(text("f"));
        Syscalls.Pipe pipe = syscalls.pipe2(0);
        Fd memory = syscalls.memfdCreate("m", 0)) {
      for (Fd fd : List.of(file, pipe.readEnd(), pipe.writeEnd(), memory)) {
        assertEquals(1, syscalls.fcntl(fd, getFlags, 0));
      }
    }
  }

  @Test
  void kernel_of_this_machine_is_new_enough() {
    KernelFloor.check(syscalls);
    assertNull(syscalls.probe(Syscall.GETPID, 0, 0, 0));
  }

  @Test
  void kernel_that_lacks_a_call_is_refused_by_name() {
    RecordingSyscalls old = new RecordingSyscalls().answer("probe", Errno.ENOSYS);
    var refusal =
        assertThrows(UnsupportedOperationException.class, () -> KernelFloor.check(old.syscalls()));
    assertEquals(
        "find the system call clone3: this kernel, or the container around jbuild, lacks it (Linux"
            + " 5.11 or newer is needed)",
        refusal.getMessage());
    RecordingSyscalls tooOld = new RecordingSyscalls().answer("probe", Errno.EINVAL);
    assertTrue(
        assertThrows(
                UnsupportedOperationException.class, () -> KernelFloor.check(tooOld.syscalls()))
            .getMessage()
            .contains("close_range"));
  }

  private Fd create(ByteString name) throws ErrnoException {
    return syscalls.openat(dir, name, OpenFlags.CREAT | OpenFlags.RDWR, 0600);
  }

  private List<DirEntry> list(ByteString path) throws ErrnoException {
    List<DirEntry> entries = new ArrayList<>();
    try (DirectoryStream stream = DirectoryStream.open(syscalls, dir, path)) {
      for (DirEntry entry = stream.next(); entry != null; entry = stream.next()) {
        entries.add(entry);
      }
    }
    return entries;
  }

  private static void assertErrno(Errno errno, org.junit.jupiter.api.function.Executable call) {
    assertEquals(errno, assertThrows(ErrnoException.class, call).errno());
  }

  private static ByteString text(String text) {
    return ByteString.of(text);
  }

  private static ByteBuffer direct(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }
}
