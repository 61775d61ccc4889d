package jbuild.layer;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import jbuild.linux.ErrnoException;
import jbuild.linux.Fd;
import jbuild.linux.FileStat;
import jbuild.linux.Syscalls;

/**
 * Makes inodes of what the host's file system shows, one for all names of a hard link. Threads may
 * use it at once.
 */
final class HostInodes {
  private final Syscalls syscalls;
  private final Map<InodeNumber, Inode> linked = new HashMap<>();

  HostInodes(Syscalls syscalls) {
    this.syscalls = syscalls;
  }

  private record InodeNumber(long device, long inode) {}

  /**
   * The inode for the entry {@code name}; a directory comes without children, a socket as an empty
   * file.
   *
   * @param parent the open directory {@code where}
   * @param xattrs as the host shows them
   */
  Inode make(
      Fd parent,
      HostDirectory where,
      ByteString name,
      FileStat stat,
      SortedMap<ByteString, byte[]> xattrs)
      throws ErrnoException {
    FileType type = stat.type();
    if (type == FileType.DIRECTORY) {
      return new Directory(attributes(stat, xattrs));
    }
    if (stat.links() == 1) {
      return makeNew(parent, where, name, stat, xattrs);
    }
    InodeNumber number = new InodeNumber(stat.device(), stat.inode());
    synchronized (linked) {
      Inode known = linked.get(number);
      // A number can come back as another file's while the walk goes on.
      if (known == null || known.type() != type) {
        known = makeNew(parent, where, name, stat, xattrs);
        linked.put(number, known);
      }
      return known;
    }
  }

  private Inode makeNew(
      Fd parent,
      HostDirectory where,
      ByteString name,
      FileStat stat,
      SortedMap<ByteString, byte[]> xattrs)
      throws ErrnoException {
    Attributes attributes = attributes(stat, xattrs);
    FileType type = stat.type();
    return switch (type) {
      case REGULAR -> {
        DiskFile file = new DiskFile(where, name, stat);
        yield new RegularFile(attributes, stat.size(), new FileData.Host(file));
      }
      case SYMLINK -> new Symlink(attributes, syscalls.readlinkat(parent, name));
      case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO ->
          new Special(attributes, type, stat.rdevMajor(), stat.rdevMinor());
      case SOCKET -> new RegularFile(attributes, 0, FileData.NONE);
      case DIRECTORY -> throw new IllegalArgumentException("not made here: " + type);
    };
  }

  static Attributes attributes(FileStat stat, SortedMap<ByteString, byte[]> xattrs) {
    return new Attributes(
        stat.permissions(),
        stat.uid(),
        stat.gid(),
        stat.mtimeSeconds(),
        stat.mtimeNanos(),
        kept(xattrs));
  }

  /**
   * Those that belong to the file: overlayfs's marks belong to a mount (Documentation/filesystems/
   * overlayfs.rst), and SELinux labels to the host's policy.
   */
  private static SortedMap<ByteString, byte[]> kept(SortedMap<ByteString, byte[]> xattrs) {
    if (xattrs.isEmpty()) {
      return Attributes.NO_XATTRS;
    }
    SortedMap<ByteString, byte[]> kept = new TreeMap<>();
    for (Map.Entry<ByteString, byte[]> xattr : xattrs.entrySet()) {
      ByteString name = xattr.getKey();
      if (!name.startsWith("trusted.overlay.")
          && !name.startsWith("user.overlay.")
          && !name.equalsAscii("security.selinux")) {
        kept.put(name, xattr.getValue());
      }
    }
    return kept.isEmpty() ? Attributes.NO_XATTRS : kept;
  }
}
