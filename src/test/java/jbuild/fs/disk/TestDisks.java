package jbuild.fs.disk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.zip.CRC32;

/** Disks with partition tables, made by hand. */
final class TestDisks {
  static final String ROOT_X86_64 = "4f68bce3-e8cd-4db1-96e7-fbcaf984b709";
  static final String ROOT_ARM64 = "b921b045-1df0-41c3-af44-4c6f280d3fae";
  static final String LINUX = "0fc63daf-8483-4772-8e79-3d69d8477de4";
  static final String EFI_SYSTEM = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b";
  static final String SWAP = "0657fd6d-a4ab-43c4-84e5-0933c84b4f4f";
  static final String LVM = "e6d6d379-f507-44c2-a23c-238f2a3df928";

  private static final int ENTRIES = 16;
  private static final int ENTRY_BYTES = 128;

  /** An entry of a GPT, in sectors, the last one included. */
  record Gpt(int number, String type, long first, long last, String name, long attributes) {
    Gpt(int number, String type, long first, long last, String name) {
      this(number, type, first, last, name, 0);
    }
  }

  /** An entry of an MBR. */
  record Mbr(int status, int type, int first, int sectors) {}

  private TestDisks() {}

  /** A disk with a GPT and its backup, and a protective MBR. */
  static byte[] gpt(int sector, int sectors, Gpt... entries) {
    byte[] disk = new byte[sector * sectors];
    mbr(disk, 0, new Mbr(0, 0xee, 1, sectors - 1));
    ByteBuffer out = ByteBuffer.wrap(disk).order(ByteOrder.LITTLE_ENDIAN);
    int tableSectors = (ENTRIES * ENTRY_BYTES + sector - 1) / sector;
    header(out, sector, 1, sectors - 1, 2);
    header(out, sector, sectors - 1, 1, sectors - 1 - tableSectors);
    for (Gpt entry : entries) {
      for (int table : new int[] {2, sectors - 1 - tableSectors}) {
        entry(out, table * sector + (entry.number - 1) * ENTRY_BYTES, entry);
      }
    }
    fixChecksums(disk);
    return disk;
  }

  static byte[] mbr(int sectors, Mbr... entries) {
    byte[] disk = new byte[512 * sectors];
    mbr(disk, 0, entries);
    return disk;
  }

  /** Writes a boot record into sector {@code at}. */
  static void mbr(byte[] disk, int at, Mbr... entries) {
    ByteBuffer out = ByteBuffer.wrap(disk).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < entries.length; i++) {
      int to = at * 512 + 446 + i * 16;
      out.put(to, (byte) entries[i].status).put(to + 4, (byte) entries[i].type);
      out.putInt(to + 8, entries[i].first).putInt(to + 12, entries[i].sectors);
    }
    out.putShort(at * 512 + 510, (short) 0xaa55);
  }

  /** Corrects all checksums of whatever headers there are, as far as they make sense. */
  static void fixChecksums(byte[] disk) {
    for (int sector : new int[] {512, 4096}) {
      fixChecksums(disk, sector, sector);
      fixChecksums(disk, disk.length / sector * sector - sector, sector);
    }
  }

  private static void fixChecksums(byte[] disk, int at, int sector) {
    ByteBuffer header = ByteBuffer.wrap(disk).order(ByteOrder.LITTLE_ENDIAN);
    if (at < 0 || at + 512 > disk.length || header.getLong(at) != 0x5452415020494645L) {
      return;
    }
    long table = header.getLong(at + 72) * sector;
    long bytes = (long) header.getInt(at + 80) * header.getInt(at + 84);
    if (table >= 0 && bytes >= 0 && table < disk.length && bytes <= disk.length - table) {
      header.putInt(at + 88, crc(disk, (int) table, (int) bytes));
    }
    int headerBytes = header.getInt(at + 12);
    if (headerBytes >= 92 && headerBytes <= sector && at + headerBytes <= disk.length) {
      header.putInt(at + 16, 0);
      header.putInt(at + 16, crc(disk, at, headerBytes));
    }
  }

  private static void header(ByteBuffer out, int sector, int own, int other, int table) {
    int at = own * sector;
    out.position(at).put("EFI PART".getBytes(StandardCharsets.US_ASCII));
    out.putInt(0x10000).putInt(92).putInt(0).putInt(0);
    out.putLong(own).putLong(other).putLong(6).putLong(100).putLong(7).putLong(8);
    out.putLong(table).putInt(ENTRIES).putInt(ENTRY_BYTES);
  }

  private static void entry(ByteBuffer out, int at, Gpt entry) {
    UUID type = UUID.fromString(entry.type);
    long high = type.getMostSignificantBits();
    out.position(at).putInt((int) (high >> 32)).putShort((short) (high >> 16));
    out.putShort((short) high).putLong(Long.reverseBytes(type.getLeastSignificantBits()));
    out.putLong(1).putLong(2).putLong(entry.first).putLong(entry.last).putLong(entry.attributes);
    out.put(entry.name.getBytes(StandardCharsets.UTF_16LE));
  }

  private static int crc(byte[] bytes, int offset, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }
}
