package jbuild.fs.iso9660;

import jbuild.io.FileType;

/** A device, a FIFO or a socket. */
final class IsoSpecialFile extends IsoInode {
  private final FileType type;
  private final DeviceNumber device;

  IsoSpecialFile(IsoVolume volume, Stat stat, FileType type, DeviceNumber device) {
    super(volume, stat);
    this.type = type;
    this.device = device;
  }

  @Override
  public FileType type() {
    return type;
  }

  @Override
  public int deviceMajor() {
    return device.major();
  }

  @Override
  public int deviceMinor() {
    return device.minor();
  }
}
