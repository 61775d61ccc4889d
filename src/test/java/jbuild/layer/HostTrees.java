package jbuild.layer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import jbuild.io.BytePath;
import jbuild.linux.Syscalls;

/** Trees of the host as text, see {@link Trees#text}. */
public final class HostTrees {
  private HostTrees() {}

  static LayerTree walk(Syscalls syscalls, Path root) throws IOException {
    return HostTree.walk(syscalls, root, BytePath.ROOT, HostTree.Filter.ALL).asLayer();
  }

  public static String text(Syscalls syscalls, Path root) throws IOException {
    return text(walk(syscalls, root));
  }

  /** Reads all contents into memory. */
  static String text(LayerTree tree) throws IOException {
    load(tree.root());
    return Trees.text(tree);
  }

  private static void load(Directory directory) throws IOException {
    for (Inode inode : directory.children().values()) {
      if (inode instanceof Directory below) {
        load(below);
      } else if (inode instanceof RegularFile file && file.data() instanceof FileData.Host host) {
        file.setData(new FileData.Bytes(read(host.file())));
      }
    }
  }

  static byte[] read(HostFile file) throws IOException {
    try (InputStream in = Channels.newInputStream(file.open())) {
      return in.readAllBytes();
    }
  }
}
