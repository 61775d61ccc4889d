package jbuild.snapshot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import jbuild.layer.Attributes;
import jbuild.layer.Trees;
import jbuild.linux.DirEntry;
import jbuild.linux.DirectoryStream;
import jbuild.linux.Fd;
import jbuild.linux.FileStat;
import jbuild.linux.OpenFlags;
import jbuild.linux.Syscalls;

/**
 * Every field of every entry of a directory as the kernel shows it, in the form of {@link
 * Trees#text}: a line a path, by path.
 */
final class MountedTree {
  private static final ByteString HERE = ByteString.of(".");
  private static final int SHORT = 40;

  private final Syscalls syscalls;
  private final boolean links;
  private final Map<String, String> lines = new TreeMap<>();
  private final Map<String, String> firstNames = new HashMap<>();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);

  private MountedTree(Syscalls syscalls, boolean links) {
    this.syscalls = syscalls;
    this.links = links;
  }

  /** All but the root, without numbers of links. */
  static String text(Syscalls syscalls, Fd root) throws IOException {
    StringBuilder text = new StringBuilder();
    MountedTree tree = new MountedTree(syscalls, false);
    tree.children(root, HERE, "");
    tree.lines.values().forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  /** The line of each path, with the number of links; the root is the empty path. */
  static Map<String, String> lines(Syscalls syscalls, Fd root) throws IOException {
    MountedTree tree = new MountedTree(syscalls, true);
    tree.entry(root, HERE, "");
    return tree.lines;
  }

  private void children(Fd parent, ByteString name, String prefix) throws IOException {
    try (DirectoryStream stream = DirectoryStream.open(syscalls, parent, name)) {
      TreeSet<ByteString> names = new TreeSet<>();
      for (DirEntry entry = stream.next(); entry != null; entry = stream.next()) {
        names.add(entry.name());
      }
      for (ByteString child : names) {
        entry(stream.directory(), child, prefix + child);
      }
    }
  }

  private void entry(Fd parent, ByteString name, String path) throws IOException {
    FileStat stat = syscalls.statx(parent, name, false);
    String first =
        stat.type() == FileType.DIRECTORY
            ? null
            : firstNames.putIfAbsent(stat.device() + ":" + stat.inode(), path);
    lines.put(
        path, path + " " + (first == null ? describe(parent, name, stat, path) : "= " + first));
  }

  private String describe(Fd parent, ByteString name, FileStat stat, String path)
      throws IOException {
    String common =
        stat.type()
            + " "
            + Trees.attributes(
                new Attributes(
                    stat.permissions(),
                    stat.uid(),
                    stat.gid(),
                    stat.mtimeSeconds(),
                    stat.mtimeNanos(),
                    syscalls.xattrs(parent, name)));
    if (links && stat.type() != FileType.DIRECTORY) {
      common = stat.links() + " links " + common;
    }
    switch (stat.type()) {
      case DIRECTORY -> children(parent, name, path.isEmpty() ? "" : path + "/");
      case REGULAR -> common += " " + stat.size() + " " + content(parent, name, stat.size());
      case SYMLINK -> common += " -> " + syscalls.readlinkat(parent, name);
      default -> common += " " + stat.rdevMajor() + ":" + stat.rdevMinor();
    }
    return common;
  }

  /** As {@link Trees#shown}. */
  private String content(Fd parent, ByteString name, long size) throws IOException {
    CRC32 crc = new CRC32();
    byte[] shown = new byte[0];
    int flags = OpenFlags.RDONLY | OpenFlags.NOFOLLOW | OpenFlags.CLOEXEC;
    try (Fd file = syscalls.openat(parent, name, flags, 0)) {
      while (syscalls.read(file, buffer.clear()) > 0) {
        buffer.flip();
        if (size <= SHORT) {
          shown = new byte[buffer.remaining()];
          buffer.duplicate().get(shown);
        }
        crc.update(buffer);
      }
    }
    return size <= SHORT ? Trees.shown(shown) : "crc " + Long.toHexString(crc.getValue());
  }
}
