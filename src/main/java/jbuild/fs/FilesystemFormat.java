package jbuild.fs;

/** The formats of file system images that can be read. */
public enum FilesystemFormat {
  ISO9660("iso9660"),
  SQUASHFS("squashfs"),
  EXT4("ext4"),
  EROFS("erofs"),
  CPIO("cpio");

  private final String label;

  FilesystemFormat(String label) {
    this.label = label;
  }

  /** The name for people, as in {@code /proc/filesystems}. */
  @Override
  public String toString() {
    return label;
  }
}
