package jbuild.fs.cpio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
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

/** A damaged archive is a tree or an error with its place. */
class CpioFuzzTest {
  private static final int MAX_READ = 1 << 20;

  /** What decoders may take: an xz dictionary of 64 MiB, for each time a stream is opened. */
  private static final long DECODERS = 256 << 20;

  @FuzzTest
  void archive(byte[] input) throws IOException {
    byte[] image = input.clone();
    Allocation.atMost(DECODERS + 4000L * image.length, () -> readAll(image));
  }

  private static boolean readAll(byte[] image) throws IOException {
    ByteSource source = ByteSource.of(ByteBuffer.wrap(image));
    CpioReader.matches(source);
    try {
      CpioReader reader = CpioReader.open("test", source);
      for (CpioFile file : walk(reader)) {
        read(file);
      }
      return true;
    } catch (CorruptInputException | UnsupportedFilesystemException refused) {
      assertTrue(refused.getMessage().startsWith("test: "), refused.getMessage());
      return false;
    }
  }

  /** Visits everything; gives the regular files in the order of their contents. */
  private static List<CpioFile> walk(CpioReader reader) throws IOException {
    List<CpioFile> files = new ArrayList<>();
    Set<Long> directories = new HashSet<>();
    Set<Long> links = new HashSet<>();
    ArrayDeque<Inode> queue = new ArrayDeque<>();
    queue.add(reader.root());
    while (!queue.isEmpty()) {
      Inode directory = queue.remove();
      assertTrue(directories.add(directory.number()), "a directory is seen twice");
      Set<ByteString> names = new HashSet<>();
      directory.forEachChild(
          (name, inode) -> {
            assertTrue(names.add(name) && !name.isEmpty() && name.length() <= 255);
            assertTrue(name.indexOf('/') < 0 && name.indexOf('\0') < 0);
            assertTrue(!name.equalsAscii(".") && !name.equalsAscii(".."));
            if (inode.type() == FileType.DIRECTORY) {
              queue.add(inode);
            } else if (inode instanceof CpioFile file) {
              if (links.add(inode.number())) {
                files.add(file);
              }
            } else if (inode.type() == FileType.SYMLINK) {
              assertEquals(inode.size(), inode.linkTarget().length());
              assertTrue(inode.size() > 0 && inode.linkTarget().indexOf('\0') < 0);
            }
          });
    }
    files.sort(Comparator.comparingLong(CpioFile::position));
    return files;
  }

  private static void read(CpioFile file) throws IOException {
    ByteSource content = file.content();
    assertEquals(file.size(), content.size());
    content.willNeed(0, file.size());
    content.read(0, ByteBuffer.allocate((int) Math.min(MAX_READ, file.size())));
  }
}
