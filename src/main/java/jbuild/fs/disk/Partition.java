package jbuild.fs.disk;

/**
 * One partition of a disk. It may lie behind the end of a truncated image.
 *
 * @param number as the kernel counts, from 1; logical partitions of an MBR from 5
 * @param start where it begins on the disk, in bytes
 * @param length in bytes, at least 1
 * @param kind what it is for
 * @param type what its type says, for people
 * @param name of GPT: its own name, for people; else empty
 * @param bootable whether a BIOS should start from it
 * @param readOnly of GPT: whether it is to be mounted read-only
 * @param hidden of GPT: whether it is not to be mounted automatically
 */
public record Partition(
    int number,
    long start,
    long length,
    PartitionKind kind,
    String type,
    String name,
    boolean bootable,
    boolean readOnly,
    boolean hidden) {
  public Partition {
    if (number < 1 || start < 0 || length < 1 || start > Long.MAX_VALUE - length) {
      throw new IllegalArgumentException(
          "not a partition: " + number + " at " + start + "+" + length);
    }
  }

  /** The first byte behind it. */
  public long end() {
    return start + length;
  }

  /** Such as {@code partition 2 (Linux root (x86-64), "rootfs")}. */
  @Override
  public String toString() {
    return "partition " + number + " (" + type + (name.isEmpty() ? "" : ", \"" + name + "\"") + ")";
  }
}
