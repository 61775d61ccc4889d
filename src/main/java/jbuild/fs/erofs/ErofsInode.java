package jbuild.fs.erofs;

import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import jbuild.fs.Segment;
import jbuild.io.ByteString;
import jbuild.io.FileType;

/**
 * What {@link ErofsWriter} writes: one inode of a tree. Trees implement it themselves, so that
 * nothing is copied before it is written.
 *
 * <p><b>Identity.</b> An inode is the Java object. One object given to a {@link ChildVisitor} under
 * several names is one inode with several hard links: it is written once, and the writer counts its
 * names. {@code equals} is never called. A directory has exactly one name.
 *
 * <p><b>Overlay marks.</b> The writer knows nothing of layers: what overlayfs shall see must be
 * there as it would be on a disk. A whiteout is a {@link FileType#CHARACTER_DEVICE} with numbers
 * 0:0; an opaque directory has the xattr {@code trusted.overlay.opaque} = {@code y}; a directory
 * that holds whiteouts has {@code trusted.overlay.origin} with an empty value, else readdir of an
 * unmerged directory shows them. The tree adds these to {@link #xattrs()}.
 *
 * <p>Every accessor is called at least twice in one write and must answer the same each time.
 */
public interface ErofsInode {

  /** Which of the accessors below have a meaning. */
  FileType type();

  /** Permissions with setuid, setgid and sticky bit: the low twelve bits; others are ignored. */
  int mode();

  /** The owner, an unsigned number of 32 bits. */
  int uid();

  /** The group, an unsigned number of 32 bits. */
  int gid();

  /** Time of the last change in seconds since 1970, negative before. */
  long mtimeSeconds();

  /** The nanoseconds to add to {@link #mtimeSeconds}, 0 to 999,999,999. */
  int mtimeNanos();

  /**
   * All extended attributes by full name ({@code user.x}), overlay's marks included. A name for
   * which {@link ErofsWriter#storesXattr} is false is left out of the image.
   */
  SortedMap<ByteString, byte[]> xattrs();

  /** Regular files: the length in bytes, holes included. */
  default long size() {
    return 0;
  }

  /**
   * Regular files: where the bytes are. In ascending order, not overlapping, none beyond {@link
   * #size()}. EROFS maps files in blocks: offsets in the file and on the device, and every length
   * but that of a run which ends the file, must be multiples of {@link ErofsWriter#BLOCK}.
   */
  default List<Segment> segments() {
    return List.of();
  }

  /** Symbolic links: the target, 1 to 4095 bytes. */
  default ByteString linkTarget() {
    return ByteString.EMPTY;
  }

  /** Character and block devices: the major number, 0 to 4095. */
  default int deviceMajor() {
    return 0;
  }

  /** Character and block devices: the minor number, 0 to 1,048,575. */
  default int deviceMinor() {
    return 0;
  }

  /**
   * Directories: visits every entry in ascending order of the name's bytes, each name once, without
   * {@code .} and {@code ..}.
   */
  default void forEachChild(ChildVisitor visitor) throws IOException {}

  /** Takes one entry of a directory. */
  @FunctionalInterface
  interface ChildVisitor {
    void child(ByteString name, ErofsInode inode) throws IOException;
  }
}
