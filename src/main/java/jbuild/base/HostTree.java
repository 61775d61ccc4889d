package jbuild.base;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import jbuild.layer.Attributes;
import jbuild.layer.Directory;
import jbuild.layer.FileData;
import jbuild.layer.HostFile;
import jbuild.layer.Inode;
import jbuild.layer.LayerTree;
import jbuild.layer.RegularFile;
import jbuild.layer.Symlink;

/**
 * The tree of a {@code FROM host}, as it grows. Files and links lie where they lie on the host,
 * with their permissions and times, and belong to root. Directories are all alike and from 1970:
 * theirs change whenever anything is installed.
 */
final class HostTree {
  private static final long MADE = 0;

  private final HostRoot host;
  private final LayerTree tree = new LayerTree(directory(0755));

  /** Files by device and inode: further names of one are hard links to it. */
  private final Map<FileKey, RegularFile> files = new HashMap<>();

  private record FileKey(long device, long inode) {}

  private record FileOf(Path path) implements HostFile {
    @Override
    public ReadableByteChannel open() throws IOException {
      return Files.newByteChannel(path);
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  HostTree(HostRoot host) {
    this.host = host;
  }

  LayerTree tree() {
    return tree;
  }

  boolean has(BytePath path) {
    return tree.lookup(path) != null;
  }

  /** Adds a file with all directories and links on the way to it. */
  void add(HostRoot.Found found) throws IOException {
    for (HostRoot.Visited visited : found.way()) {
      if (!has(visited.path())) {
        tree.put(visited.path(), inode(visited));
      }
    }
  }

  private Inode inode(HostRoot.Visited visited) throws IOException {
    HostStat stat = visited.stat();
    if (stat.type() == FileType.DIRECTORY) {
      return directory(0755);
    }
    ByteString target = visited.linkTarget();
    if (target != null) {
      return new Symlink(attributes(0777, stat), target);
    }
    if (stat.type() != FileType.REGULAR) {
      throw new BaseException("copy " + visited.path() + ": is a " + stat.type() + ", not a file");
    }
    FileKey key = new FileKey(stat.device(), stat.inode());
    RegularFile file = files.get(key);
    if (file == null) {
      HostFile content = new FileOf(host.host(visited.path()));
      file =
          new RegularFile(
              attributes(stat.permissions(), stat), stat.size(), new FileData.Host(content));
      files.put(key, file);
    }
    return file;
  }

  private static Attributes attributes(int permissions, HostStat stat) {
    Instant mtime = stat.mtime();
    return new Attributes(
        permissions, 0, 0, mtime.getEpochSecond(), mtime.getNano(), Attributes.NO_XATTRS);
  }

  private static Directory directory(int mode) {
    return new Directory(Attributes.of(mode, 0, 0, MADE));
  }

  /** Adds a directory of our own, unless the host's links lead elsewhere. */
  void addDirectory(String path, int mode) {
    BytePath at = BytePath.parse(path);
    if (!has(at)) {
      tree.put(at, directory(mode));
    }
  }

  /** Adds a text file of our own, readable by all. */
  void addText(String path, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    tree.put(
        BytePath.parse(path),
        new RegularFile(Attributes.of(0644, 0, 0, MADE), bytes.length, new FileData.Bytes(bytes)));
  }
}
