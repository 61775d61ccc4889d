package jbuild.fs.disk;

import java.io.IOException;
import java.util.zip.CRC32;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;

/**
 * The header of a GUID partition table (UEFI specification, section 5.3.2), little-endian, at the
 * start of a sector: the second of the disk, and a backup of it in the last.
 *
 * <pre>
 *  0     signature          "EFI PART"
 *  8 u32 revision           0x10000
 * 12 u32 header size        92 to a sector
 * 16 u32 header CRC-32      taken as 0 while it is computed
 * 24 u64 my LBA             where this header lies
 * 32 u64 alternate LBA      where the other one lies
 * 40 u64 first usable LBA
 * 48 u64 last usable LBA
 * 56     disk GUID          16 bytes
 * 72 u64 entries LBA
 * 80 u32 number of entries
 * 84 u32 size of an entry   128 times a power of 2
 * 88 u32 entries CRC-32
 * </pre>
 *
 * @param alternate where the other header lies, in sectors
 * @param entries where the entries lie, in sectors
 * @param entriesCrc CRC-32 of all entries
 */
record GptHeader(long alternate, long entries, int entryCount, int entryBytes, int entriesCrc) {
  private static final long SIGNATURE = 0x5452_4150_2049_4645L; // "EFI PART"
  private static final int LEAST_BYTES = 92;
  private static final int CRC_OFFSET = 16;
  private static final int MAX_ENTRY_BYTES = 4096;

  /** Real tables have 128 entries of 128 bytes; the largest that tools make have 16 times that. */
  private static final int MAX_TABLE_BYTES = 1 << 20;

  /** Whether a header's signature lies at {@code position} of the disk. */
  static boolean matches(ByteSource disk, long position) throws IOException {
    return position >= 0
        && position <= disk.size() - LEAST_BYTES
        && ByteReader.of("header", disk, position, 8).s64("signature") == SIGNATURE;
  }

  /** The header in sector {@code lba}. */
  static GptHeader read(String label, ByteSource disk, long lba, int sectorBytes)
      throws IOException {
    ByteReader sector = ByteReader.of(label + ": GPT header", disk, lba * sectorBytes, sectorBytes);
    if (sector.s64("signature") != SIGNATURE) {
      throw sector.seek(0).corrupt("signature is not \"EFI PART\"");
    }
    sector.u32("revision", 0x10000, 0x1ffff);
    int bytes = (int) sector.u32("header size", LEAST_BYTES, sectorBytes);
    int stored = sector.s32("header CRC");
    checkCrc(sector, bytes, stored);
    sector.seek(24).u64("my LBA", lba, lba);
    long sectors = Long.MAX_VALUE / sectorBytes;
    long alternate = sector.u64("alternate LBA", 0, sectors);
    sector.skip("usable LBAs and disk GUID", 32);
    long entries = sector.u64("entries LBA", 2, sectors);
    int count = (int) sector.u32("number of entries", 1, MAX_TABLE_BYTES / GptEntry.BYTES);
    int entryBytes = (int) sector.u32("size of an entry", GptEntry.BYTES, MAX_ENTRY_BYTES);
    if (entryBytes % GptEntry.BYTES != 0 || (long) count * entryBytes > MAX_TABLE_BYTES) {
      throw sector.corrupt(count + " entries of " + entryBytes + " bytes");
    }
    return new GptHeader(alternate, entries, count, entryBytes, sector.s32("entries CRC"));
  }

  /** How many bytes all entries have. */
  int tableBytes() {
    return entryCount * entryBytes;
  }

  private static void checkCrc(ByteReader sector, int bytes, int stored) throws IOException {
    byte[] header = sector.seek(0).bytes("header", bytes);
    for (int i = 0; i < 4; i++) {
      header[CRC_OFFSET + i] = 0;
    }
    int computed = crc32(header);
    if (computed != stored) {
      throw sector
          .seek(CRC_OFFSET)
          .corrupt(
              "header CRC is "
                  + Integer.toHexString(stored)
                  + ", not "
                  + Integer.toHexString(computed));
    }
  }

  static int crc32(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
