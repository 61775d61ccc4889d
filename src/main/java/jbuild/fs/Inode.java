package jbuild.fs;

import java.io.IOException;
import java.util.Collections;
import java.util.SortedMap;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import org.jspecify.annotations.Nullable;

/**
 * One inode of a file system image: what stat(2) would tell, at hand; everything else is read from
 * the image when it is asked for. Importers keep one object for each inode of the image, so that it
 * should be small.
 */
public interface Inode {
  /** The sorted map most inodes share. */
  SortedMap<ByteString, byte[]> NO_XATTRS = Collections.emptySortedMap();

  /**
   * What tells inodes of one image apart: two names whose inodes have the same number and are no
   * directories are hard links of one file.
   */
  long number();

  FileType type();

  /** Permissions with setuid, setgid and sticky bit: 0 to 07777. */
  int mode();

  /** The owner, an unsigned number of 32 bits. */
  int uid();

  /** The group, an unsigned number of 32 bits. */
  int gid();

  /** The time of the last change in seconds since 1970, negative before. */
  long mtimeSeconds();

  /** Nanoseconds to add to {@link #mtimeSeconds}, 0 to 999,999,999. */
  int mtimeNanos();

  /** Regular files: the length in bytes, holes included; symbolic links: that of the target. */
  long size();

  /** Character and block devices: the major number. */
  default int deviceMajor() {
    return 0;
  }

  /** Character and block devices: the minor number. */
  default int deviceMinor() {
    return 0;
  }

  /**
   * The extended attributes by full name, such as {@code user.x}, with the values that getxattr(2)
   * would give (POSIX ACLs in the form of {@code system.posix_acl_access}, version 2).
   */
  default SortedMap<ByteString, byte[]> xattrs() throws IOException {
    return NO_XATTRS;
  }

  /** Symbolic links: the target, not empty. */
  default ByteString linkTarget() throws IOException {
    throw new IllegalStateException("not a symbolic link but a " + type());
  }

  /**
   * Directories: visits the entries in the order in which they lie in the image, each once, without
   * {@code .} and {@code ..}. No name is empty, holds a slash or a zero byte, or occurs twice.
   */
  default void forEachChild(ChildVisitor visitor) throws IOException {
    throw new IllegalStateException("not a directory but a " + type());
  }

  /**
   * Directories: the entry {@code name}, null when there is none. Not for {@code .} and {@code ..}.
   */
  default @Nullable Inode child(ByteString name) throws IOException {
    Inode[] found = new Inode[1];
    forEachChild(
        (each, inode) -> {
          if (each.equals(name)) {
            found[0] = inode;
          }
        });
    return found[0];
  }

  /**
   * Regular files: the content, {@link #size} bytes, of which holes read as zeros. {@link
   * ByteSource#nextData} tells about holes, {@link ByteSource#willNeed} has blocks decoded ahead.
   */
  default ByteSource content() throws IOException {
    throw new IllegalStateException("not a regular file but a " + type());
  }

  /**
   * Regular files: where the first byte of the content lies in the image, or of the compressed
   * block that holds it. Files read in the order of their positions need the fewest decoded blocks.
   * Any number for files without data.
   */
  default long position() throws IOException {
    return 0;
  }

  /** Takes one entry of a directory. */
  @FunctionalInterface
  interface ChildVisitor {
    void child(ByteString name, Inode inode) throws IOException;
  }
}
