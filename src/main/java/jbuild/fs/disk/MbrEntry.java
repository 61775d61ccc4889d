package jbuild.fs.disk;

import jbuild.io.ByteReader;
import jbuild.io.CorruptInputException;

/**
 * One of the four entries of an MBR or an extended boot record, little-endian.
 *
 * <pre>
 *  0 u8  status          0x80 bootable, 0 not
 *  1     first CHS       3 bytes, of no use for long
 *  4 u8  type            0 when the entry is not used
 *  5     last CHS        3 bytes
 *  8 u32 first sector    of 512 bytes, counted from where depends on the record
 * 12 u32 sectors
 * </pre>
 */
record MbrEntry(int status, int type, long first, long sectors) {
  static final int BYTES = 16;
  static final int PROTECTIVE = 0xee;
  private static final int BOOTABLE = 0x80;

  static MbrEntry read(ByteReader in) throws CorruptInputException {
    int status = in.u8("status");
    in.skip("first CHS", 3);
    int type = in.u8("type");
    in.skip("last CHS", 3);
    return new MbrEntry(status, type, in.u32("first sector"), in.u32("sectors"));
  }

  boolean isUsed() {
    return type != 0 && sectors != 0;
  }

  boolean hasKnownStatus() {
    return status == 0 || status == BOOTABLE;
  }

  boolean isBootable() {
    return status == BOOTABLE;
  }

  boolean isExtended() {
    return type == 0x05 || type == 0x0f || type == 0x85;
  }

  PartitionKind kind() {
    return switch (type) {
      case 0x83 -> PartitionKind.LINUX;
      case 0x82 -> PartitionKind.SWAP;
      case 0x8e -> PartitionKind.LVM;
      case 0xfd -> PartitionKind.RAID;
      case 0xe8 -> PartitionKind.ENCRYPTED;
      case 0xef -> PartitionKind.EFI_SYSTEM;
      case 0xea -> PartitionKind.EXTENDED_BOOT;
      case 0x41 -> PartitionKind.BOOT_CODE;
      case 0x05, 0x0f, 0x85 -> PartitionKind.EXTENDED;
      case 0x01, 0x04, 0x06, 0x07, 0x0b, 0x0c, 0x0e, 0x27 -> PartitionKind.MICROSOFT;
      default -> PartitionKind.OTHER;
    };
  }

  /** What fdisk calls the type. */
  String typeName() {
    return switch (type) {
      case 0x01 -> "FAT12";
      case 0x04, 0x06, 0x0e -> "FAT16";
      case 0x05, 0x0f, 0x85 -> "extended";
      case 0x07 -> "NTFS or exFAT";
      case 0x0b, 0x0c -> "FAT32";
      case 0x27 -> "Windows recovery environment";
      case 0x41 -> "PowerPC PReP boot";
      case 0x82 -> "Linux swap";
      case 0x83 -> "Linux";
      case 0x8e -> "Linux LVM";
      case 0xa5 -> "FreeBSD";
      case 0xe8 -> "Linux LUKS";
      case 0xea -> "Linux extended boot";
      case PROTECTIVE -> "GPT";
      case 0xef -> "EFI System";
      case 0xfd -> "Linux RAID";
      default -> String.format("type %02x", type);
    };
  }
}
