package jbuild.fs.ext4;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import jbuild.io.ByteReader;
import jbuild.io.CorruptInputException;

/**
 * A block of the log that describes others. All begin with {@code struct journal_header_s}; with
 * checksums of version 2 and 3, descriptor and revoke blocks end in a checksum of 4 bytes.
 *
 * <pre>
 *  0 u32 h_magic
 *  4 u32 h_blocktype     1 descriptor, 2 commit, 5 revoke
 *  8 u32 h_sequence      which transaction
 *
 * 12 tags                descriptor
 *
 * 12 u8  h_chksum_type   commit
 * 13 u8  h_chksum_size
 * 16 u32 h_chksum[8]
 * 48 u64 h_commit_sec
 *
 * 12 u32 r_count         revoke: bytes in use, these 16 included
 * 16     block numbers of 4 or, with 64bit, 8 bytes
 * </pre>
 */
final class JournalBlock {
  static final int DESCRIPTOR = 1;
  static final int COMMIT = 2;
  static final int REVOKE = 5;

  private static final int HEADER_BYTES = 12;
  private static final int REVOKE_HEADER_BYTES = 16;
  private static final int COMMIT_CHECKSUM_OFFSET = 16;
  private static final int COMMIT_TIME_OFFSET = 48;
  private static final int CHECKSUM_CRC32 = 1;
  private static final int TAIL_BYTES = 4;

  private final JournalSuperblock journal;
  private final byte[] bytes;
  private final ByteReader in;
  private final boolean isOfLog;
  private final int type;
  private final int sequence;

  JournalBlock(JournalSuperblock journal, String label, byte[] bytes, long position)
      throws CorruptInputException {
    this.journal = journal;
    this.bytes = bytes;
    this.in = ByteReader.of(label, ByteBuffer.wrap(bytes), position).bigEndian();
    this.isOfLog = in.s32("h_magic") == JournalSuperblock.MAGIC;
    this.type = in.s32("h_blocktype");
    this.sequence = in.s32("h_sequence");
  }

  /** Whether the block belongs to that transaction; others are left from before. */
  boolean isOf(int transaction) {
    return isOfLog && sequence == transaction;
  }

  int type() {
    return type;
  }

  byte[] bytes() {
    return bytes;
  }

  CorruptInputException corrupt(String what) {
    return in.corrupt(what);
  }

  private int tailBytes() {
    return journal.sumsBlocks() ? TAIL_BYTES : 0;
  }

  /** Whether the checksum at the end of a descriptor or revoke block is right. */
  boolean hasGoodTail() throws CorruptInputException {
    return !journal.sumsBlocks() || hasGoodSum(bytes.length - TAIL_BYTES);
  }

  /** Whether the checksum of versions 2 and 3 in a commit block is right. */
  boolean hasGoodCommit() throws CorruptInputException {
    return !journal.sumsBlocks() || hasGoodSum(COMMIT_CHECKSUM_OFFSET);
  }

  private boolean hasGoodSum(int offset) throws CorruptInputException {
    int computed =
        Crc32c.from(journal.checksumSeed())
            .bytes(bytes, 0, offset)
            .zeros(4)
            .bytes(bytes, offset + 4, bytes.length)
            .value();
    return in.seek(offset).s32("checksum") == computed;
  }

  /** Whether a commit block of version 1 has the transaction's sum, or none. */
  boolean hasTransactionSum(int computed) throws CorruptInputException {
    int sumType = in.seek(HEADER_BYTES).u8("h_chksum_type");
    int sumBytes = in.u8("h_chksum_size");
    int stored = in.seek(COMMIT_CHECKSUM_OFFSET).s32("h_chksum");
    return (sumType == CHECKSUM_CRC32 && sumBytes == 4)
        ? stored == computed
        : sumType == 0 && sumBytes == 0 && stored == 0;
  }

  /** When a commit block was written, in seconds. */
  long commitTime() throws CorruptInputException {
    return in.seek(COMMIT_TIME_OFFSET).s64("h_commit_sec");
  }

  /** What the blocks after a descriptor block are. */
  List<JournalTag> tags() throws CorruptInputException {
    List<JournalTag> tags = new ArrayList<>();
    in.seek(HEADER_BYTES);
    boolean isLast = false;
    while (!isLast && in.remaining() - tailBytes() >= JournalTag.bytes(journal)) {
      JournalTag tag = JournalTag.read(journal, in);
      tags.add(tag);
      isLast = tag.isLast();
    }
    return tags;
  }

  /** Which blocks a revoke block takes out of this and earlier transactions. */
  List<Long> revoked() throws CorruptInputException {
    int count =
        (int)
            in.seek(HEADER_BYTES)
                .u32("r_count", REVOKE_HEADER_BYTES, (long) bytes.length - tailBytes());
    List<Long> blocks = new ArrayList<>();
    int width = journal.is64bit() ? 8 : 4;
    for (int at = REVOKE_HEADER_BYTES; at + width <= count; at += width) {
      blocks.add(width == 8 ? in.s64("block") : in.u32("block"));
    }
    return blocks;
  }
}
