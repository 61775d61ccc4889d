package jbuild.medium;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import jbuild.fs.Inode;
import jbuild.io.BytePath;
import jbuild.io.FileType;
import org.jspecify.annotations.Nullable;

/** Text files of media that say where things are. */
final class SmallFile {
  private static final int MAX_SIZE = 64 << 10;

  private SmallFile() {}

  /** The lines of the file at {@code path}; null when there is none, or it is a large one. */
  static @Nullable List<String> lines(Inode root, String path) throws IOException {
    Inode file = TreePath.resolve(root, BytePath.parse(path));
    if (file == null || file.type() != FileType.REGULAR || file.size() > MAX_SIZE) {
      return null;
    }
    byte[] bytes = new byte[(int) file.size()];
    file.content().read(0, ByteBuffer.wrap(bytes));
    return new String(bytes, StandardCharsets.UTF_8).lines().toList();
  }
}
