package jbuild.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import jbuild.io.ByteString;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** By the calls of Linux 6.13, if this kernel has them, and by the way through /proc. */
class XattrsTest {
  @TempDir Path temporary;

  private final Syscalls syscalls = Syscalls.load();
  private final Kernel kernel = new Kernel(NativeCalls.load(), Arch.host());

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void attributes_of_any_size_round_trip(boolean atCallsMissing) throws IOException {
    Xattrs xattrs = new Xattrs(kernel, atCallsMissing);
    Files.createFile(temporary.resolve("f"));
    ByteString path = ByteString.of("f");
    ByteString small = ByteString.of("user.small");
    ByteString empty = ByteString.of("user.empty");
    ByteString large = ByteString.of("user.l".repeat(30));
    byte[] binary = new byte[] {0, 1, (byte) 0xff, 0};
    try (Fd dir = syscalls.openat(Fd.CWD, HostPath.of(temporary), OpenFlags.PATH, 0);
        Fd file = syscalls.openat(dir, path, OpenFlags.PATH, 0)) {
      assertEquals(new TreeMap<>(), xattrs.all(dir, path));
      xattrs.set(dir, path, small, binary);
      xattrs.set(dir, path, empty, new byte[0]);
      xattrs.set(file, ByteString.EMPTY, large, new byte[3000]);
      for (var found : List.of(xattrs.all(dir, path), xattrs.all(file, ByteString.EMPTY))) {
        assertEquals(List.of(empty, large, small), List.copyOf(found.keySet()));
        assertArrayEquals(binary, found.get(small));
        assertArrayEquals(new byte[0], found.get(empty));
        assertArrayEquals(new byte[3000], found.get(large));
      }
      xattrs.set(dir, path, small, new byte[] {9});
      assertArrayEquals(new byte[] {9}, xattrs.all(dir, path).get(small));
      assertErrno(Errno.ENOENT, () -> xattrs.all(dir, ByteString.of("missing")));
      assertErrno(Errno.E2BIG, () -> xattrs.set(dir, path, small, new byte[65537]));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void file_system_without_attributes_has_none(boolean atCallsMissing) throws IOException {
    Xattrs xattrs = new Xattrs(kernel, atCallsMissing);
    ByteString path = ByteString.of("/proc/self/comm");
    assertEquals(new TreeMap<>(), xattrs.all(Fd.CWD, path));
    ErrnoException failure =
        assertErrno(
            Errno.EOPNOTSUPP, () -> xattrs.set(Fd.CWD, path, ByteString.of("user.x"), new byte[1]));
    assertTrue(failure.getMessage().startsWith("setxattr /proc/self/comm user.x: "));
  }

  private static ErrnoException assertErrno(
      Errno errno, org.junit.jupiter.api.function.Executable call) {
    ErrnoException failure = assertThrows(ErrnoException.class, call);
    assertEquals(errno, failure.errno());
    return failure;
  }
}
