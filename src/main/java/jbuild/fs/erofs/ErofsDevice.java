package jbuild.fs.erofs;

/**
 * A device that holds file contents, such as the tar of a layer.
 *
 * @param tag what the device is called in the image, 1 to 64 ASCII characters; nobody interprets it
 * @param bytes its size, which the image records in blocks of {@link ErofsWriter#BLOCK}, rounded up
 */
public record ErofsDevice(String tag, long bytes) {
  public ErofsDevice {
    if (tag.isEmpty() || tag.length() > Superblock.DEVICE_TAG_BYTES || bytes < 0) {
      throw new IllegalArgumentException("not a device: " + tag + " of " + bytes + " bytes");
    }
  }

  /** The size as an image can tell it: whole blocks. */
  public long roundedBytes() {
    return ImageLayout.align(bytes, ErofsWriter.BLOCK);
  }

  long blocks() {
    return roundedBytes() / ErofsWriter.BLOCK;
  }
}
