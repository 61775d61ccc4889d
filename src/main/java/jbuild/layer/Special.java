package jbuild.layer;

import jbuild.io.FileType;

/** A device node or a FIFO. */
public final class Special extends Inode {
  private final FileType type;
  private final int major;
  private final int minor;

  /** {@code major} and {@code minor} are 0 for a FIFO. */
  public Special(Attributes attributes, FileType type, int major, int minor) {
    super(attributes);
    this.type = type;
    this.major = major;
    this.minor = minor;
  }

  @Override
  public int deviceMajor() {
    return major;
  }

  @Override
  public int deviceMinor() {
    return minor;
  }

  @Override
  public FileType type() {
    return type;
  }
}
