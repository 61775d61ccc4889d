package jbuild.fs.iso9660;

import jbuild.io.ByteString;
import jbuild.io.FileType;

/** A symbolic link. */
final class IsoSymlink extends IsoInode {
  private final ByteString target;

  IsoSymlink(IsoVolume volume, Stat stat, ByteString target) {
    super(volume, stat);
    this.target = target;
  }

  @Override
  public FileType type() {
    return FileType.SYMLINK;
  }

  @Override
  public long size() {
    return target.length();
  }

  @Override
  public ByteString linkTarget() {
    return target;
  }
}
