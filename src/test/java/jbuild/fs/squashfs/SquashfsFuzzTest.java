package jbuild.fs.squashfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import jbuild.Allocation;
import jbuild.fs.Inode;
import jbuild.fs.UnsupportedFilesystemException;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;
import jbuild.io.FileType;

/** A damaged image is a tree or an error with its place. Squashfs has no checksums to mend. */
class SquashfsFuzzTest {
  /** What reading may take: a decoded block of 1 MiB for a few bytes, and some of them. */
  private static final long FREE_BYTES = 64 << 20;

  private static final long BYTES_A_BYTE = 20_000;
  private static final int MOST_INODES = 2000;
  private static final int MOST_READ = 64 << 10;

  @FuzzTest
  void image(byte[] input) throws IOException {
    Allocation.atMost(FREE_BYTES + BYTES_A_BYTE * input.length, () -> readAll(input));
  }

  private static boolean readAll(byte[] bytes) throws IOException {
    try {
      Set<Long> seen = new HashSet<>();
      ArrayDeque<Inode> queue = new ArrayDeque<>();
      queue.add(TestImages.open(bytes).root());
      while (!queue.isEmpty() && seen.size() < MOST_INODES) {
        Inode inode = queue.remove();
        if (seen.add(inode.number())) {
          read(inode, queue);
        }
      }
      return true;
    } catch (CorruptInputException | UnsupportedFilesystemException damaged) {
      assertTrue(damaged.getMessage().startsWith("squashfs test: "), damaged.getMessage());
      return false;
    }
  }

  private static void read(Inode inode, ArrayDeque<Inode> queue) throws IOException {
    assertTrue((inode.mode() & ~07777) == 0);
    inode.xattrs().forEach((name, value) -> assertTrue(!name.isEmpty()));
    inode.position();
    if (inode.type() == FileType.DIRECTORY) {
      Set<ByteString> names = new HashSet<>();
      inode.forEachChild(
          (name, child) -> {
            assertTrue(!name.isEmpty() && name.indexOf('/') < 0 && name.indexOf('\0') < 0);
            assertTrue(names.add(name));
            if (queue.size() < MOST_INODES) {
              queue.add(child);
            }
          });
    } else if (inode.type() == FileType.SYMLINK) {
      assertEquals(inode.size(), inode.linkTarget().length());
    } else if (inode.type() == FileType.REGULAR) {
      content(inode.content());
    }
  }

  /** Reads the beginning and the end, and where data and holes begin. */
  private static void content(ByteSource content) throws IOException {
    long size = content.size();
    int length = (int) Math.min(size, MOST_READ);
    content.willNeed(0, size);
    TestImages.read(content, size - length, length);
    ByteBuffer target = ByteBuffer.allocateDirect(length);
    content.read(0, target);
    long at = 0;
    for (int i = 0; i < 100 && at < size; i++) {
      long data = content.nextData(at);
      long hole = content.nextHole(data);
      assertTrue(at <= data && data <= hole && hole <= size);
      assertTrue(data < hole || data == size, "data has bytes");
      if (at < data) {
        byte[] zeros = TestImages.read(content, at, (int) Math.min(data - at, MOST_READ));
        assertTrue(Arrays.equals(zeros, new byte[zeros.length]), "holes are zeros");
      }
      at = hole;
    }
  }
}
