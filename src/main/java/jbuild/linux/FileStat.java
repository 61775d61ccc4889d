package jbuild.linux;

import jbuild.io.FileType;

/**
 * What statx(2) says of an inode.
 *
 * @param device the file system's number, major in the upper 32 bits, minor in the lower
 * @param mode type and permissions, as in {@code st_mode}
 * @param rdevMajor the device that a device node stands for, 0 for others
 * @param size in bytes
 * @param blocks allocated, in units of 512 bytes
 */
public record FileStat(
    long device,
    long inode,
    int mode,
    int links,
    int uid,
    int gid,
    int rdevMajor,
    int rdevMinor,
    long size,
    long mtimeSeconds,
    int mtimeNanos,
    long ctimeSeconds,
    int ctimeNanos,
    long blocks) {

  /**
   * The type in the mode.
   *
   * @throws IllegalArgumentException for descriptors that are no files (pidfd, eventfd), whose mode
   *     names none
   */
  public FileType type() {
    return FileType.ofMode(mode);
  }

  /** The twelve permission bits, with set-user-ID, set-group-ID and sticky. */
  public int permissions() {
    return mode & 07777;
  }
}
