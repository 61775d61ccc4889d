package jbuild.fs.iso9660;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;
import jbuild.io.FileType;

/** A damaged image is a tree or an error with its place. */
class Iso9660FuzzTest {
  /** The input begins at the first volume descriptor: what is before it is not looked at. */
  private static final int SYSTEM_AREA = 16 * TestIso.BLOCK;

  private static final int MOST_READ = 1 << 18;

  @FuzzTest
  void image(byte[] input) throws IOException {
    byte[] image = new byte[SYSTEM_AREA + input.length];
    System.arraycopy(input, 0, image, SYSTEM_AREA, input.length);
    Allocation.atMost((16 << 20) + 4000L * image.length, () -> readAll(image));
  }

  private static boolean readAll(byte[] image) throws IOException {
    Iso9660Reader reader;
    try {
      reader = TestIso.open(image);
    } catch (CorruptInputException damaged) {
      return check(damaged);
    }
    Set<Long> seen = new HashSet<>();
    ArrayDeque<Inode> queue = new ArrayDeque<>();
    ByteBuffer piece = ByteBuffer.allocate(MOST_READ);
    queue.add(reader.root());
    while (!queue.isEmpty()) {
      Inode inode = queue.remove();
      if (inode.type() == FileType.DIRECTORY && !seen.add(inode.number())) {
        continue;
      }
      try {
        read(inode, queue, piece);
      } catch (CorruptInputException damaged) {
        check(damaged);
      } catch (UnsupportedFilesystemException unsupported) {
        assertTrue(unsupported.getMessage().startsWith("iso9660 test: "));
      }
    }
    assertTrue(seen.size() <= image.length / TestIso.BLOCK * 4, "directories share no records");
    return true;
  }

  private static boolean check(CorruptInputException damaged) {
    assertTrue(damaged.getMessage().startsWith("iso9660 test: "), damaged.getMessage());
    return false;
  }

  private static void read(Inode inode, ArrayDeque<Inode> queue, ByteBuffer piece)
      throws IOException {
    inode.xattrs();
    switch (inode.type()) {
      case DIRECTORY -> {
        Set<ByteString> names = new HashSet<>();
        inode.forEachChild(
            (name, child) -> {
              assertTrue(!name.isEmpty() && name.length() <= 255 && name.indexOf('/') < 0);
              assertTrue(names.add(name));
              queue.add(child);
            });
      }
      case REGULAR -> {
        ByteSource content = inode.content();
        assertEquals(inode.size(), content.size());
        content.willNeed(0, content.size());
        content.read(0, piece.clear().limit((int) Math.min(MOST_READ, content.size())));
        assertTrue(content.nextHole(0) <= content.size());
        assertTrue(content.nextData(0) <= content.size());
      }
      case SYMLINK -> assertEquals(inode.size(), inode.linkTarget().length());
      default -> assertTrue(inode.deviceMajor() < 1 << 12 && inode.deviceMinor() < 1 << 20);
    }
  }
}
