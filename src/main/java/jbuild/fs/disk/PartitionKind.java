package jbuild.fs.disk;

/** What a partition is for, as far as it matters to who looks for a root file system. */
public enum PartitionKind {
  /** The root file system of some architecture, by the Discoverable Partitions Specification. */
  LINUX_ROOT,
  /** {@code /usr} of some architecture. */
  LINUX_USR,
  /** Any file system of Linux. */
  LINUX,
  /** {@code /home}, {@code /srv}, {@code /var}, {@code /var/tmp}. */
  LINUX_DATA,
  /** Hashes or signatures of another partition, for dm-verity. */
  VERITY,
  /** A physical volume of LVM. */
  LVM,
  /** A member of a Linux software RAID. */
  RAID,
  /** LUKS or dm-crypt. */
  ENCRYPTED,
  SWAP,
  EFI_SYSTEM,
  /** An extended boot loader partition: kernels and their initial RAM disks. */
  EXTENDED_BOOT,
  /** Code of a boot loader or firmware without a file system. */
  BOOT_CODE,
  /** FAT, NTFS or exFAT. */
  MICROSOFT,
  /** The extended partition of an MBR, which holds the logical ones. */
  EXTENDED,
  OTHER
}
