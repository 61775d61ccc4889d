package jbuild.fs.cpio;

import jbuild.io.ByteString;

/** A symbolic link. */
final class CpioSymlink extends CpioInode {
  private final ByteString target;

  CpioSymlink(int number, CpioHeader header, ByteString target) {
    super(number, header);
    this.target = target;
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
