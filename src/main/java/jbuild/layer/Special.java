package jbuild.layer;

import jbuild.io.FileType;

/** A device node or a FIFO; in trees that do not become a layer, also a socket. */
public final class Special extends Inode {
  private final FileType type;
  private final int major;
  private final int minor;

  /** {@code major} and {@code minor} are 0 for FIFOs and sockets. */
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
