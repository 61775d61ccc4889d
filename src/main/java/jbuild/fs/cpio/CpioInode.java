package jbuild.fs.cpio;

import jbuild.fs.Inode;
import jbuild.io.FileType;

/** What all inodes of an archive have; they change only while the archive is scanned. */
abstract class CpioInode implements Inode {
  private final int number;
  private int stMode;
  private int uid;
  private int gid;
  private long mtime;

  CpioInode(int number, CpioHeader header) {
    this.number = number;
    set(header);
  }

  /** A directory that is only implied by the names of others. */
  CpioInode(int number, int stMode) {
    this.number = number;
    this.stMode = stMode;
  }

  /** Takes over the attributes of a later entry. */
  final void set(CpioHeader header) {
    stMode = header.mode();
    uid = header.uid();
    gid = header.gid();
    mtime = header.mtime();
  }

  @Override
  public final long number() {
    return number;
  }

  @Override
  public final FileType type() {
    return FileType.ofMode(stMode);
  }

  @Override
  public final int mode() {
    return stMode & ~FileType.MODE_MASK;
  }

  @Override
  public final int uid() {
    return uid;
  }

  @Override
  public final int gid() {
    return gid;
  }

  @Override
  public final long mtimeSeconds() {
    return mtime;
  }

  @Override
  public final int mtimeNanos() {
    return 0;
  }

  @Override
  public long size() {
    return 0;
  }
}
