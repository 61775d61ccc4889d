package jbuild.fs.ext4;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import jbuild.Allocation;
import jbuild.fs.Inode;
import jbuild.fs.UnsupportedFilesystemException;
import jbuild.io.ByteSource;
import jbuild.io.CorruptInputException;
import jbuild.io.FileType;

/** A damaged image is a tree or an error; checksums are switched off, or nothing got past them. */
class Ext4FuzzTest {
  private static final int MAX_INODES = 2000;

  /** How much is read of one file, and how many runs of data are asked for. */
  private static final int MAX_READ = 256 << 10;

  private static final int MAX_RUNS = 200;

  @FuzzTest
  void image(byte[] input) throws IOException {
    TestImage image = new TestImage(input.clone()).withoutChecksums();
    Allocation.atMost((64 << 20) + 2000L * input.length, () -> readAll(image));
  }

  static boolean readAll(TestImage image) throws IOException {
    try {
      Set<Long> seen = new HashSet<>();
      ArrayDeque<Inode> queue = new ArrayDeque<>();
      queue.add(image.open().root());
      while (!queue.isEmpty() && seen.size() < MAX_INODES) {
        Inode inode = queue.remove();
        if (seen.add(inode.number())) {
          read(inode, queue);
        }
      }
      return true;
    } catch (CorruptInputException | UnsupportedFilesystemException damaged) {
      assertTrue(damaged.getMessage().startsWith("test: "), damaged.getMessage());
      return false;
    }
  }

  private static void read(Inode inode, ArrayDeque<Inode> queue) throws IOException {
    inode.xattrs();
    if (inode.type() == FileType.SYMLINK) {
      assertTrue(!inode.linkTarget().isEmpty());
    } else if (inode.type() == FileType.DIRECTORY) {
      Set<Object> names = new HashSet<>();
      inode.forEachChild(
          (name, child) -> {
            assertTrue(!name.isEmpty() && name.indexOf('/') < 0 && names.add(name));
            queue.add(child);
          });
    } else if (inode.type() == FileType.REGULAR) {
      inode.position();
      readContent(inode.content(), inode.size());
    }
  }

  private static void readContent(ByteSource content, long size) throws IOException {
    assertTrue(content.size() == size);
    ByteBuffer piece = ByteBuffer.allocate((int) Math.min(MAX_READ, size));
    content.willNeed(0, size);
    content.read(size - piece.capacity(), piece);
    content.read(0, piece.clear());
    long at = content.nextData(0);
    for (int i = 0; i < MAX_RUNS && at < size; i++) {
      long hole = content.nextHole(at);
      assertTrue(hole > at && hole <= size);
      at = content.nextData(hole);
      assertTrue(at > hole || at == size);
    }
  }
}
