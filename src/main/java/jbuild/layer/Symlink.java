package jbuild.layer;

import jbuild.io.ByteString;
import jbuild.io.FileType;

/** A symbolic link; its mode is 0777, as Linux shows it. */
public final class Symlink extends Inode {
  private final ByteString target;

  public Symlink(Attributes attributes, ByteString target) {
    super(attributes.mode() == 0777 ? attributes : attributes.withMode(0777));
    this.target = target;
  }

  public ByteString target() {
    return target;
  }

  @Override
  public long size() {
    return target.length();
  }

  @Override
  public ByteString linkTarget() {
    return target;
  }

  @Override
  public FileType type() {
    return FileType.SYMLINK;
  }
}
