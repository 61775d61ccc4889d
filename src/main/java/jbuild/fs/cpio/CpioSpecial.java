package jbuild.fs.cpio;

/** A device, FIFO or socket. */
final class CpioSpecial extends CpioInode {
  private final int major;
  private final int minor;

  CpioSpecial(int number, CpioHeader header) {
    super(number, header);
    this.major = header.deviceMajor();
    this.minor = header.deviceMinor();
  }

  @Override
  public int deviceMajor() {
    return type().isDevice() ? major : 0;
  }

  @Override
  public int deviceMinor() {
    return type().isDevice() ? minor : 0;
  }
}
