package jbuild.fs.disk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;

/**
 * The 512 bytes of a master boot record, or of the extended boot record in front of a logical
 * partition: code, four entries at 446, and 0x55 0xaa at 510.
 *
 * @param entries all four, unused ones too
 */
record BootRecord(boolean isSigned, boolean isFilesystem, List<MbrEntry> entries) {
  static final int BYTES = 512;
  private static final int ENTRIES_OFFSET = 446;
  private static final int ENTRIES = 4;
  private static final int SIGNATURE = 0xaa55;

  BootRecord {
    entries = List.copyOf(entries);
  }

  static BootRecord read(String label, ByteSource disk, long position) throws IOException {
    ByteReader in = ByteReader.of(label, disk, position, BYTES);
    boolean filesystem = isFilesystem(in);
    in.seek(ENTRIES_OFFSET);
    List<MbrEntry> entries = new ArrayList<>(ENTRIES);
    for (int i = 0; i < ENTRIES; i++) {
      entries.add(MbrEntry.read(in));
    }
    return new BootRecord(in.u16("signature") == SIGNATURE, filesystem, entries);
  }

  /** Whether it is the boot sector of FAT, NTFS or exFAT, which has the same signature. */
  private static boolean isFilesystem(ByteReader in) throws IOException {
    ByteString system = in.seek(3).string("OEM name", 8);
    return system.equalsAscii("NTFS    ")
        || system.equalsAscii("EXFAT   ")
        || in.seek(54).string("FAT type", 5).startsWith("FAT1")
        || in.seek(82).string("FAT32 type", 5).equalsAscii("FAT32");
  }
}
