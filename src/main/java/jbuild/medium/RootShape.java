package jbuild.medium;

import java.io.IOException;
import java.util.List;
import jbuild.fs.Inode;
import jbuild.io.BytePath;
import jbuild.io.FileType;

/** Whether a tree is a root file system: something to start a shell or a program in. */
final class RootShape {
  private static final BytePath ETC = BytePath.parse("/etc");
  private static final List<BytePath> PROGRAMS =
      List.of(BytePath.parse("/usr/bin"), BytePath.parse("/bin"), BytePath.parse("/sbin"));

  private RootShape() {}

  /** Has /etc, and a directory for programs with something in it. */
  static boolean isRoot(Inode root) throws IOException {
    if (!isDirectory(root, ETC)) {
      return false;
    }
    for (BytePath programs : PROGRAMS) {
      Inode directory = TreePath.resolve(root, programs);
      if (directory != null && directory.type() == FileType.DIRECTORY && hasFiles(directory)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isDirectory(Inode root, BytePath path) throws IOException {
    Inode inode = TreePath.resolve(root, path);
    return inode != null && inode.type() == FileType.DIRECTORY;
  }

  private static boolean hasFiles(Inode directory) throws IOException {
    boolean[] any = new boolean[1];
    directory.forEachChild(
        (name, child) ->
            any[0] |= child.type() == FileType.REGULAR || child.type() == FileType.SYMLINK);
    return any[0];
  }
}
