package jbuild.layer;

import java.util.SortedMap;
import jbuild.io.BytePath;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a {@link UnionTree}.
 *
 * @param path with all symbolic links on the way resolved
 * @param attributes without overlayfs' marks
 * @param size of a file's content or a symbolic link's target, else 0
 * @param linkTarget of a symbolic link, else null
 * @param major 0 for all but devices
 * @param minor 0 for all but devices
 * @param links how many names the file has in its layers, hidden ones included
 * @param identity the same for all names of one file, different for all others in this tree
 */
public record Entry(
    BytePath path,
    FileType type,
    Attributes attributes,
    long size,
    @Nullable ByteString linkTarget,
    int major,
    int minor,
    int links,
    long identity) {

  public boolean isDirectory() {
    return type == FileType.DIRECTORY;
  }

  public int mode() {
    return attributes.mode();
  }

  public int uid() {
    return attributes.uid();
  }

  public int gid() {
    return attributes.gid();
  }

  public long mtimeSeconds() {
    return attributes.mtimeSeconds();
  }

  public int mtimeNanos() {
    return attributes.mtimeNanos();
  }

  public SortedMap<ByteString, byte[]> xattrs() {
    return attributes.xattrs();
  }
}
