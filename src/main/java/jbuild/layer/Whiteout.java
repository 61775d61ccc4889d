package jbuild.layer;

import jbuild.io.FileType;

/** Says that the name does not exist any more, whatever the layers below hold. */
public final class Whiteout extends Inode {
  public Whiteout() {
    super(Attributes.of(0, 0, 0, 0));
  }

  @Override
  public FileType type() {
    return FileType.CHARACTER_DEVICE;
  }
}
