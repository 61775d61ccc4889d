package jbuild.fs.ext4;

import java.io.IOException;
import jbuild.fs.UnsupportedFilesystemException;
import jbuild.io.ByteReader;

/**
 * {@code struct journal_superblock_s}, 1024 bytes at the journal's begin; big-endian, as all of the
 * journal. Version 1 ends before the features.
 *
 * @param end how many blocks the journal has, those for fast commits not counted
 * @param fastCommits how many blocks for fast commits follow
 * @param first the first block of the log
 * @param sequence the number of the first transaction
 * @param start where that begins; 0 when there is nothing to replay
 * @param checksumSeed what all checksums of versions 2 and 3 start from
 */
record JournalSuperblock(
    long end,
    long fastCommits,
    long first,
    int sequence,
    long start,
    int compat,
    int incompat,
    int checksumSeed) {
  static final int MAGIC = 0xc03b3998;

  private static final int BYTES = 1024;
  private static final int VERSION_1 = 3;
  private static final int VERSION_2 = 4;
  private static final int CHECKSUM_OFFSET = 0xfc;
  private static final int CHECKSUM_CRC32C = 4;
  private static final int DEFAULT_FAST_COMMITS = 256;

  /** A log that would be shorter has no blocks for fast commits behind it. */
  private static final int MIN_LOG_BLOCKS = 1024;

  private static final int COMPAT_CHECKSUM = 0x1;
  private static final int INCOMPAT_REVOKE = 0x1;
  private static final int INCOMPAT_64BIT = 0x2;
  private static final int INCOMPAT_ASYNC_COMMIT = 0x4;
  private static final int INCOMPAT_CSUM_V2 = 0x8;
  private static final int INCOMPAT_CSUM_V3 = 0x10;
  private static final int INCOMPAT_FAST_COMMIT = 0x20;
  private static final int INCOMPAT_KNOWN =
      INCOMPAT_REVOKE
          | INCOMPAT_64BIT
          | INCOMPAT_ASYNC_COMMIT
          | INCOMPAT_CSUM_V2
          | INCOMPAT_CSUM_V3
          | INCOMPAT_FAST_COMMIT;

  /**
   * @param block the journal's first block
   * @param journalBlocks how many blocks the journal's file has
   */
  static JournalSuperblock read(String label, ByteReader block, int blockSize, long journalBlocks)
      throws IOException {
    block.bigEndian().expect(MAGIC, "h_magic");
    boolean hasFeatures = block.u32("h_blocktype", VERSION_1, VERSION_2) == VERSION_2;
    block.seek(0xc).u32("s_blocksize", blockSize, blockSize);
    final long length = block.u32("s_maxlen", 2, journalBlocks);
    final long first = block.u32("s_first", 1, length - 1);
    final int sequence = block.s32("s_sequence");
    int compat = 0;
    int incompat = 0;
    int seed = 0;
    long fastCommits = 0;
    if (hasFeatures) {
      compat = block.seek(0x24).s32("s_feature_compat");
      incompat = block.s32("s_feature_incompat");
      requireSupported(label, incompat);
      if (hasChecksums(incompat)) {
        verify(block, incompat);
      }
      byte[] uuid = block.seek(0x30).bytes("s_uuid", 16);
      seed = Crc32c.from(Crc32c.NO_SEED).bytes(uuid, 0, uuid.length).value();
      if ((incompat & INCOMPAT_FAST_COMMIT) != 0) {
        long stored = block.seek(0x54).u32("s_num_fc_blocks");
        long wanted = stored == 0 ? DEFAULT_FAST_COMMITS : stored;
        fastCommits = length - wanted < MIN_LOG_BLOCKS ? 0 : wanted;
      }
    }
    long end = length - fastCommits;
    if (end <= first) {
      throw block.seek(0x14).corrupt("s_first is " + first + ", the log ends at " + end);
    }
    long start = block.seek(0x1c).u32("s_start");
    if (start != 0 && (start < first || start >= end)) {
      throw block.seek(0x1c).corrupt("s_start is " + start + ", not in " + first + " to " + end);
    }
    return new JournalSuperblock(end, fastCommits, first, sequence, start, compat, incompat, seed);
  }

  private static void requireSupported(String label, int incompat)
      throws UnsupportedFilesystemException {
    int unknown = incompat & ~INCOMPAT_KNOWN;
    if (unknown != 0) {
      throw new UnsupportedFilesystemException(
          label + ": journal with features " + Checksums.hex(unknown) + " is not supported");
    }
  }

  private static void verify(ByteReader block, int incompat) throws IOException {
    if ((incompat & INCOMPAT_CSUM_V2) != 0 && (incompat & INCOMPAT_CSUM_V3) != 0) {
      throw block.seek(0x28).corrupt("checksums of version 2 and of version 3");
    }
    int type = block.seek(0x50).u8("s_checksum_type");
    if (type != CHECKSUM_CRC32C) {
      throw block.seek(0x50).corrupt("s_checksum_type is " + type + ", not 4 (crc32c)");
    }
    byte[] bytes = block.seek(0).bytes("superblock", BYTES);
    int stored = block.seek(CHECKSUM_OFFSET).s32("s_checksum");
    int computed =
        Crc32c.from(Crc32c.NO_SEED)
            .bytes(bytes, 0, CHECKSUM_OFFSET)
            .zeros(4)
            .bytes(bytes, CHECKSUM_OFFSET + 4, BYTES)
            .value();
    if (stored != computed) {
      throw Checksums.mismatch(block.seek(CHECKSUM_OFFSET), stored, computed);
    }
  }

  private static boolean hasChecksums(int incompat) {
    return (incompat & (INCOMPAT_CSUM_V2 | INCOMPAT_CSUM_V3)) != 0;
  }

  /** Version 1: a sum of each transaction's blocks in its commit block. */
  boolean sumsTransactions() {
    return (compat & COMPAT_CHECKSUM) != 0;
  }

  /** Versions 2 and 3: a sum in every block and every tag. */
  boolean sumsBlocks() {
    return hasChecksums(incompat);
  }

  boolean isVersion3() {
    return (incompat & INCOMPAT_CSUM_V3) != 0;
  }

  boolean is64bit() {
    return (incompat & INCOMPAT_64BIT) != 0;
  }

  /** Whether commit blocks may be written before what they commit. */
  boolean commitsAsynchronously() {
    return (incompat & INCOMPAT_ASYNC_COMMIT) != 0;
  }

  /** Where fast commits begin; the kernel leaves one block out. */
  long firstFastCommit() {
    return end + 1;
  }

  /** The block behind {@code block} in the log, which is a ring. */
  long next(long block) {
    return block + 1 == end ? first : block + 1;
  }
}
