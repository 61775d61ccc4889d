package jbuild.fs.disk;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import jbuild.io.ByteReader;
import jbuild.io.CorruptInputException;

/**
 * One entry of a GUID partition table (UEFI specification, section 5.3.3).
 *
 * <pre>
 *  0     type GUID        16 bytes, all zero when the entry is not used
 * 16     partition GUID   16 bytes
 * 32 u64 starting LBA
 * 40 u64 ending LBA       the last sector that belongs to it
 * 48 u64 attributes
 * 56     name             36 units of UTF-16LE, ended by a zero when there are fewer
 * </pre>
 *
 * @param type in the form {@code 4f68bce3-e8cd-…}
 * @param last the last sector that belongs to the partition
 */
record GptEntry(String type, long first, long last, long attributes, String name) {
  static final int BYTES = 128;

  /** A BIOS may start from it. */
  private static final long LEGACY_BOOTABLE = 1L << 2;

  /** Discoverable Partitions Specification, "Partition Flags". */
  private static final long READ_ONLY = 1L << 60;

  private static final long NO_AUTO = 1L << 63;
  private static final String UNUSED = "00000000-0000-0000-0000-000000000000";
  private static final int NAME_BYTES = 72;

  static GptEntry read(ByteReader in) throws CorruptInputException {
    String type = guid(in);
    in.skip("partition GUID", 16);
    long first = in.s64("starting LBA");
    long last = in.s64("ending LBA");
    long attributes = in.s64("attributes");
    return new GptEntry(type, first, last, attributes, name(in));
  }

  boolean isUsed() {
    return !type.equals(UNUSED);
  }

  /** The entry of that number as a partition of a disk with such sectors. */
  Partition toPartition(ByteReader in, int number, int sectorBytes) throws CorruptInputException {
    if (first < 1 || last < first || last >= Long.MAX_VALUE / sectorBytes) {
      throw in.corrupt(
          "entry "
              + number
              + " has sectors "
              + Long.toUnsignedString(first)
              + " to "
              + Long.toUnsignedString(last));
    }
    GptType known = GptType.of(type);
    return new Partition(
        number,
        first * sectorBytes,
        (last - first + 1) * sectorBytes,
        known.kind(),
        known.name(),
        name,
        (attributes & LEGACY_BOOTABLE) != 0,
        (attributes & READ_ONLY) != 0,
        (attributes & NO_AUTO) != 0);
  }

  /** The first three groups of a GUID are little-endian, the rest lies as it is written. */
  private static String guid(ByteReader in) throws CorruptInputException {
    long low = in.u32("GUID");
    long middle = in.u16("GUID");
    long high = in.u16("GUID");
    long rest = Long.reverseBytes(in.s64("GUID"));
    return new UUID(low << 32 | middle << 16 | high, rest).toString();
  }

  /** Control characters, which could play tricks on a terminal, are replaced. */
  private static String name(ByteReader in) throws CorruptInputException {
    String units = new String(in.bytes("name", NAME_BYTES), StandardCharsets.UTF_16LE);
    int end = units.indexOf('\0');
    StringBuilder name = new StringBuilder(end < 0 ? units : units.substring(0, end));
    for (int i = 0; i < name.length(); i++) {
      if (Character.isISOControl(name.charAt(i))) {
        name.setCharAt(i, '\ufffd');
      }
    }
    return name.toString();
  }
}
