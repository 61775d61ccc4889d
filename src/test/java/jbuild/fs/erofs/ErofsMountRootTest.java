package jbuild.fs.erofs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import jbuild.fs.Segment;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import jbuild.linux.DirEntry;
import jbuild.linux.DirectoryStream;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.linux.FileStat;
import jbuild.linux.MountFlags;
import jbuild.linux.OpenFlags;
import jbuild.linux.Syscalls;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel says of an image, field by field. Nothing is attached to the mount table. */
class ErofsMountRootTest {
  private static final int DEVICE_BYTES = 1 << 16;

  private final IdentityHashMap<TestInode, Long> identities = new IdentityHashMap<>();
  private Syscalls syscalls;

  @TempDir Path dir;

  @BeforeEach
  void needsRoot() throws IOException {
    boolean root = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
    if (!root) {
      System.err.println("skipped ErofsMountRootTest: mounting needs root");
    }
    assumeTrue(root);
    syscalls = Syscalls.load();
  }

  @Test
  void the_kernel_sees_every_field_of_a_tree() throws IOException {
    assertKernelSees(TestTrees.small(), device("a", 1));
  }

  @Test
  void the_kernel_sees_every_field_at_every_block_boundary() throws IOException {
    assertKernelSees(TestTrees.boundaries(), device("a", 1));
  }

  @Test
  void the_kernel_reads_files_on_400_devices() throws IOException {
    TestInode root = TestInode.dir();
    Path[] devices = new Path[400];
    for (int i = 0; i < devices.length; i++) {
      devices[i] = device("d" + i, i);
      root.with("f" + i, TestInode.file(777, new Segment(0, 777, i, 512L * (i % 100))));
    }
    assertKernelSees(root, devices);
  }

  @Test
  void the_kernel_reads_files_with_holes() throws IOException {
    TestInode root =
        TestInode.dir()
            .with("all", TestInode.file(1 << 20))
            .with("begin", TestInode.file((1 << 20) + 7, new Segment(1 << 20, 7, 0, 512)))
            .with("end", TestInode.file(1 << 20, new Segment(0, 512, 1, 0)))
            .with(
                "two",
                TestInode.file(
                    8192, new Segment(0, 2048, 0, 4096), new Segment(4096, 4096, 1, 16384)));
    assertKernelSees(root, device("a", 1), device("b", 2));
  }

  @Test
  void the_kernel_lists_and_searches_120000_entries() throws IOException {
    TestInode many = TestInode.dir();
    for (int i = 0; i < 120_000; i++) {
      many.with("entry-" + i, TestInode.file(0));
    }
    TestInode root = TestInode.dir().with("many", many);
    try (Fd mount = mount(root, device("a", 1));
        DirectoryStream stream = DirectoryStream.open(syscalls, mount, ByteString.of("many"))) {
      int count = 0;
      while (stream.next() != null) {
        count++;
      }
      assertEquals(120_000, count);
      for (int i = 0; i < 120_000; i += 997) {
        syscalls.statx(stream.directory(), ByteString.of("entry-" + i), false);
      }
    }
  }

  @Test
  void the_kernel_refuses_a_wrong_checksum() throws IOException {
    Path device = device("a", 1);
    byte[] image = TestInode.image(TestTrees.small(), DEVICE_BYTES);
    image[1028] ^= 1;
    Path file = Files.write(dir.resolve("bad.erofs"), image);
    assertThrows(ErrnoException.class, () -> mount(file, device));
  }

  private Path device(String name, int seed) throws IOException {
    byte[] content = new byte[DEVICE_BYTES];
    new Random(seed).nextBytes(content);
    return Files.write(dir.resolve(name), content);
  }

  private Fd mount(TestInode root, Path... devices) throws IOException {
    long[] sizes = new long[devices.length];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Files.size(devices[i]);
    }
    return mount(Files.write(dir.resolve("index"), TestInode.image(root, sizes)), devices);
  }

  private Fd mount(Path index, Path... devices) throws IOException {
    try (Fd context = syscalls.fsopen("erofs")) {
      syscalls.fsconfigString(context, "source", ByteString.of(index.toString()));
      for (Path device : devices) {
        syscalls.fsconfigString(context, "device", ByteString.of(device.toString()));
      }
      syscalls.fsconfigCreate(context);
      return syscalls.fsmount(context, MountFlags.ATTR_RDONLY);
    } catch (ErrnoException e) {
      boolean fileBacked = !e.getMessage().contains("ENOTBLK");
      if (!fileBacked) {
        System.err.println("skipped ErofsMountRootTest: file-backed EROFS is not there: " + e);
      }
      assumeTrue(fileBacked);
      throw e;
    }
  }

  private void assertKernelSees(TestInode root, Path... devices) throws IOException {
    try (Fd mount = mount(root, devices)) {
      inode(mount, ByteString.of("."), root, devices);
    }
  }

  private void inode(Fd dir, ByteString name, TestInode expected, Path[] devices)
      throws IOException {
    FileStat stat = syscalls.statx(dir, name, false);
    String where = name.toString();
    assertEquals(expected.type, stat.type(), where);
    assertEquals(expected.mode, stat.permissions(), where);
    assertEquals(expected.uid, stat.uid(), where);
    assertEquals(expected.gid, stat.gid(), where);
    assertEquals(expected.seconds, stat.mtimeSeconds(), where);
    assertEquals(expected.nanos, stat.mtimeNanos(), where);
    assertEquals(expected.major, stat.rdevMajor(), where);
    assertEquals(expected.minor, stat.rdevMinor(), where);
    Long known = identities.putIfAbsent(expected, stat.inode());
    assertEquals(known == null ? stat.inode() : known, stat.inode(), where);
    SortedMap<ByteString, byte[]> xattrs = syscalls.xattrs(dir, name);
    assertEquals(expected.xattrs.keySet(), xattrs.keySet(), where);
    xattrs.forEach((key, value) -> assertArrayEquals(expected.xattrs.get(key), value, where));
    switch (expected.type) {
      case DIRECTORY -> directory(dir, name, expected, stat, devices);
      case SYMLINK -> assertEquals(expected.target, syscalls.readlinkat(dir, name), where);
      case REGULAR -> {
        assertEquals(expected.size, stat.size(), where);
        assertArrayEquals(content(expected, devices), read(dir, name, expected.size), where);
      }
      case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, SOCKET -> {} // no data
    }
  }

  private void directory(Fd dir, ByteString name, TestInode expected, FileStat stat, Path[] devices)
      throws IOException {
    try (DirectoryStream stream = DirectoryStream.open(syscalls, dir, name)) {
      TreeMap<ByteString, DirEntry> seen = new TreeMap<>();
      for (DirEntry entry = stream.next(); entry != null; entry = stream.next()) {
        seen.put(entry.name(), entry);
      }
      assertEquals(expected.children.keySet(), seen.keySet());
      int directories = 0;
      for (Map.Entry<ByteString, TestInode> child : expected.children.entrySet()) {
        assertEquals(child.getValue().type, seen.get(child.getKey()).type());
        inode(stream.directory(), child.getKey(), child.getValue(), devices);
        directories += child.getValue().type == FileType.DIRECTORY ? 1 : 0;
      }
      assertEquals(2 + directories, stat.links(), name::toString);
    }
  }

  private static byte[] content(TestInode file, Path[] devices) throws IOException {
    byte[] content = new byte[(int) file.size];
    for (Segment segment : file.segments) {
      byte[] device = Files.readAllBytes(devices[segment.device()]);
      System.arraycopy(
          device,
          (int) segment.deviceOffset(),
          content,
          (int) segment.fileOffset(),
          (int) segment.length());
    }
    return content;
  }

  private byte[] read(Fd dir, ByteString name, long size) throws IOException {
    try (Fd file = syscalls.openat(dir, name, OpenFlags.RDONLY | OpenFlags.CLOEXEC, 0)) {
      ByteBuffer bytes = ByteBuffer.allocateDirect((int) size + 1);
      int count;
      do {
        count = syscalls.read(file, bytes);
      } while (count > 0);
      byte[] content = new byte[bytes.flip().remaining()];
      bytes.get(content);
      return content;
    }
  }
}
