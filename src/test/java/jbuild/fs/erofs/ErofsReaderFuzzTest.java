package jbuild.fs.erofs;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jbuild.Allocation;
import jbuild.fs.Inode;
import jbuild.fs.UnsupportedFilesystemException;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;
import jbuild.io.FileType;

/** A damaged image is a tree or an error that names it, and takes memory within bounds. */
class ErofsReaderFuzzTest {
  /** Files that are read, each from a few places: one compressed extent may decode to 12 MiB. */
  private static final int MAX_READ = 8;

  private static final int PIECE = 4096;
  private static final long MAX_EXTENT = 12 << 20;

  @FuzzTest
  void image(byte[] input) throws IOException {
    byte[] image = SampleImages.withChecksum(input);
    long most = (8 << 20) + 3 * MAX_READ * (MAX_EXTENT + (9 << 20)) + 4000L * image.length;
    Allocation.atMost(most, () -> readAll(image));
  }

  private static boolean readAll(byte[] image) throws IOException {
    try {
      Set<Long> seen = new HashSet<>();
      ArrayDeque<Inode> queue = new ArrayDeque<>();
      queue.add(SampleImages.open(image, List.of()).root());
      int read = 0;
      while (!queue.isEmpty()) {
        Inode inode = queue.remove();
        if (seen.add(inode.number())) {
          inode.xattrs();
          if (inode.type() == FileType.REGULAR && read++ < MAX_READ) {
            read(inode);
          } else if (inode.type() == FileType.SYMLINK) {
            assertTrue(inode.linkTarget().length() == inode.size());
          } else if (inode.type() == FileType.DIRECTORY) {
            list(inode, queue);
          }
        }
      }
      assertTrue(seen.size() <= image.length / ImageLayout.NID_BYTES + 1);
      return true;
    } catch (CorruptInputException | UnsupportedFilesystemException damaged) {
      assertTrue(damaged.getMessage().startsWith("erofs test: "), damaged.getMessage());
      return false;
    }
  }

  private static void read(Inode file) throws IOException {
    file.position();
    ByteSource content = file.content();
    long size = content.size();
    int length = (int) Math.min(PIECE, size);
    for (long at : new long[] {0, (size - length) / 2, size - length}) {
      content.willNeed(at, PIECE);
      content.read(at, ByteBuffer.allocate(length));
      long data = content.nextData(at);
      assertTrue(data >= at && data <= size && content.nextHole(at) >= at);
    }
  }

  private static void list(Inode directory, ArrayDeque<Inode> queue) throws IOException {
    Set<ByteString> names = new HashSet<>();
    directory.forEachChild(
        (name, child) -> {
          assertTrue(!name.isEmpty() && name.indexOf('/') < 0 && name.indexOf('\0') < 0);
          assertTrue(names.add(name), "a name occurs twice");
          queue.add(child);
        });
  }
}
