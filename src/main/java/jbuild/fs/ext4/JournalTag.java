package jbuild.fs.ext4;

import jbuild.io.ByteReader;
import jbuild.io.CorruptInputException;

/**
 * What one block in the log is a copy of: {@code struct journal_block_tag3_s} with checksums of
 * version 3, else {@code struct journal_block_tag_s}; a UUID of 16 bytes follows unless it is that
 * of the tag before.
 *
 * <pre>
 *  0 u32 t_blocknr         0 u32 t_blocknr
 *  4 u32 t_flags           4 u16 t_checksum
 *  8 u32 t_blocknr_high    6 u16 t_flags
 * 12 u32 t_checksum        8 u32 t_blocknr_high   with 64bit
 * </pre>
 *
 * @param block which block of the file system
 * @param checksum of the copy; 16 bits of it before version 3
 */
record JournalTag(long block, int flags, int checksum) {
  private static final int ESCAPE = 0x1;
  private static final int SAME_UUID = 0x2;
  private static final int LAST_TAG = 0x8;
  private static final int UUID_BYTES = 16;

  /** How long a tag is at least. */
  static int bytes(JournalSuperblock journal) {
    if (journal.isVersion3()) {
      return 16;
    }
    return journal.is64bit() ? 12 : 8;
  }

  static JournalTag read(JournalSuperblock journal, ByteReader in) throws CorruptInputException {
    long block = in.u32("t_blocknr");
    int flags;
    int checksum;
    if (journal.isVersion3()) {
      flags = in.s32("t_flags");
      block |= high(journal, in.u32("t_blocknr_high"));
      checksum = in.s32("t_checksum");
    } else {
      checksum = in.u16("t_checksum");
      flags = in.u16("t_flags");
      block |= journal.is64bit() ? in.u32("t_blocknr_high") << Integer.SIZE : 0;
    }
    if ((flags & SAME_UUID) == 0) {
      in.skip("uuid", Math.min(UUID_BYTES, in.remaining()));
    }
    return new JournalTag(block, flags, checksum);
  }

  private static long high(JournalSuperblock journal, long high) {
    return journal.is64bit() ? high << Integer.SIZE : 0;
  }

  /** Whether the copy has zeros where the block has the journal's magic. */
  boolean isEscaped() {
    return (flags & ESCAPE) != 0;
  }

  boolean isLast() {
    return (flags & LAST_TAG) != 0;
  }

  /** Whether {@code copy}, as it lies in the log, has the tag's checksum. */
  boolean fits(JournalSuperblock journal, int sequence, byte[] copy) {
    if (!journal.sumsBlocks()) {
      return true;
    }
    int computed =
        Crc32c.from(journal.checksumSeed()).be32(sequence).bytes(copy, 0, copy.length).value();
    return checksum == (journal.isVersion3() ? computed : computed & 0xffff);
  }
}
