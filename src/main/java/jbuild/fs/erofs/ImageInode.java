package jbuild.fs.erofs;

import jbuild.io.FileType;

/** An inode as {@link ErofsImage} read it. Two with the same number are the same inode. */
public final class ImageInode {
  private final StoredInode layout;

  ImageInode(StoredInode layout) {
    this.layout = layout;
  }

  StoredInode layout() {
    return layout;
  }

  /** The number of the inode in its image; names with the same number are hard links. */
  public long nid() {
    return layout.nid();
  }

  public FileType type() {
    return layout.fileType();
  }

  /** Permissions with setuid, setgid and sticky bit, 0 to 07777. */
  public int mode() {
    return layout.permissions();
  }

  /** An unsigned number of 32 bits. */
  public int uid() {
    return layout.uid();
  }

  /** An unsigned number of 32 bits. */
  public int gid() {
    return layout.gid();
  }

  /** Since 1970, negative before. */
  public long mtimeSeconds() {
    return layout.mtimeSeconds();
  }

  public int mtimeNanos() {
    return layout.mtimeNanos();
  }

  /** The bytes of a file's content, a link's target or a directory's entries; 0 for others. */
  public long size() {
    return layout.size();
  }

  /** How many names it has. */
  public int links() {
    return layout.links();
  }

  /** 0 for all but devices. */
  public int deviceMajor() {
    return layout.deviceMajor();
  }

  /** 0 for all but devices. */
  public int deviceMinor() {
    return layout.deviceMinor();
  }

  /** Whether this is overlayfs' mark for a removed name: the character device 0:0. */
  public boolean isWhiteout() {
    return type() == FileType.CHARACTER_DEVICE && layout.union() == 0;
  }

  @Override
  public String toString() {
    return layout.toString();
  }
}
