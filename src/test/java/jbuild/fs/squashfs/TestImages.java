package jbuild.fs.squashfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jbuild.fs.Inode;
import jbuild.io.BlockCache;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;

/** The images of {@code testdata/fs/squashfs}; its README says what is in them. */
final class TestImages {
  private static final Path FOLDER = Path.of("testdata/fs/squashfs");

  private TestImages() {}

  static byte[] bytes(String name) throws IOException {
    return Files.readAllBytes(FOLDER.resolve(name + ".sqfs"));
  }

  /** The lines of a table, without its header. */
  static List<String> table(String name) throws IOException {
    List<String> lines = Files.readAllLines(FOLDER.resolve(name + ".tsv"));
    return lines.subList(1, lines.size());
  }

  /** A cache that decodes when it is asked, on the thread that asks. */
  static BlockCache cache() {
    return new BlockCache(1 << 20, 0);
  }

  static SquashfsReader open(byte[] image) throws IOException {
    return SquashfsReader.open("squashfs test", ByteSource.of(ByteBuffer.wrap(image)), cache());
  }

  static SquashfsReader open(String name) throws IOException {
    return open(bytes(name));
  }

  /** The inode at {@code path}, which is there. */
  static Inode find(SquashfsReader reader, String path) throws IOException {
    Inode inode = reader.root();
    for (String name : path.split("/")) {
      Inode child = inode.child(ByteString.of(name));
      if (child == null) {
        throw new IOException(path + " is not in the image");
      }
      inode = child;
    }
    return inode;
  }

  static ByteBuffer fields(byte[] image) {
    return ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
  }

  static byte[] read(ByteSource content, long offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    content.read(offset, ByteBuffer.wrap(bytes));
    return bytes;
  }
}
