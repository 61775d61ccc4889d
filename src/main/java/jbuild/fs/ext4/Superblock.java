package jbuild.fs.ext4;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;
import jbuild.io.CorruptInputException;

/**
 * {@code struct ext4_super_block}: 1024 bytes at offset 1024. Counts are in blocks where nothing
 * else is said.
 *
 * @param blockBits log2 of the block size, 10 to 16
 * @param firstInode the first inode that is not reserved
 * @param uuid 16 bytes
 * @param journalInode 0 when the journal is on another device
 * @param descriptorSize bytes of a group descriptor
 * @param firstMetaGroup the first block of descriptors that lies in its own groups, with meta_bg
 * @param backupGroups the two groups with copies of the superblock, with sparse_super2
 * @param checksumSeed what every checksum of metadata starts from
 * @param byLinux whether inodes have the fields that only Linux fills
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier; never compared
record Superblock(
    long inodes,
    long blocks,
    long firstDataBlock,
    int blockBits,
    long blocksPerGroup,
    long inodesPerGroup,
    long firstInode,
    int inodeSize,
    Features features,
    byte[] uuid,
    String volumeName,
    long journalInode,
    int descriptorSize,
    long firstMetaGroup,
    long[] backupGroups,
    int checksumSeed,
    boolean byLinux) {
  static final int POSITION = 1024;
  static final int BYTES = 1024;
  static final int ROOT_INODE = 2;

  static final int GOOD_OLD_INODE_SIZE = 128;
  private static final int GOOD_OLD_FIRST_INODE = 11;
  private static final int GOOD_OLD_DESCRIPTOR_SIZE = 32;
  private static final int WIDE_DESCRIPTOR_SIZE = 64;

  private static final int MAGIC = 0xef53;
  private static final int MAGIC_OFFSET = 0x38;
  private static final int MIN_BLOCK_BITS = 10;
  private static final int MAX_BLOCK_BITS = 16;
  private static final int CHECKSUM_OFFSET = 0x3fc;
  private static final int CHECKSUM_CRC32C = 1;
  private static final long MAX_U32 = 0xffff_ffffL;

  static boolean matches(ByteSource image) {
    try {
      ByteBuffer magic = ByteBuffer.allocate(2);
      if (image.size() < POSITION + BYTES) {
        return false;
      }
      image.read(POSITION + MAGIC_OFFSET, magic);
      return ((magic.get(0) & 0xff) | (magic.get(1) & 0xff) << 8) == MAGIC;
    } catch (IOException unreadable) {
      return false;
    }
  }

  static Superblock read(String label, ByteSource image) throws IOException {
    ByteReader block = ByteReader.of(label + ": superblock", image, POSITION, BYTES);
    block.seek(MAGIC_OFFSET).u16("s_magic", MAGIC, MAGIC);
    Features features = features(block);
    if (features.metadataChecksums()) {
      verify(block);
    }
    features.requireSupported(label);
    Superblock superblock = read(block.seek(0), features);
    superblock.requireGeometry(block, image.size());
    return superblock;
  }

  private static Features features(ByteReader block) throws CorruptInputException {
    long revision = block.seek(0x4c).u32("s_rev_level", 0, 1);
    block.seek(0x5c);
    return revision == 0
        ? Features.NONE
        : new Features(
            block.s32("s_feature_compat"),
            block.s32("s_feature_incompat"),
            block.s32("s_feature_ro_compat"));
  }

  private static void verify(ByteReader block) throws CorruptInputException {
    byte[] bytes = block.seek(0).bytes("superblock", BYTES);
    int type = bytes[0x175];
    if (type != CHECKSUM_CRC32C) {
      throw block.seek(0x175).corrupt("s_checksum_type is " + type + ", not 1 (crc32c)");
    }
    int stored = block.seek(CHECKSUM_OFFSET).s32("s_checksum");
    int computed = Crc32c.from(Crc32c.NO_SEED).bytes(bytes, 0, CHECKSUM_OFFSET).value();
    if (stored != computed) {
      throw Checksums.mismatch(block.seek(CHECKSUM_OFFSET), stored, computed);
    }
  }

  private static Superblock read(ByteReader block, Features features) throws CorruptInputException {
    final long inodes = block.u32("s_inodes_count", 1, MAX_U32);
    long blocks = block.u32("s_blocks_count_lo");
    final long firstDataBlock = block.seek(0x14).u32("s_first_data_block", 0, 1);
    final int blockBits =
        MIN_BLOCK_BITS
            + (int) block.u32("s_log_block_size", 0, (long) MAX_BLOCK_BITS - MIN_BLOCK_BITS);
    final long blocksPerGroup = block.seek(0x20).u32("s_blocks_per_group", 1, MAX_U32);
    final long inodesPerGroup = block.seek(0x28).u32("s_inodes_per_group", 1, 8L << blockBits);
    final boolean byLinux = block.seek(0x48).u32("s_creator_os") == 0;
    long firstInode = GOOD_OLD_FIRST_INODE;
    int inodeSize = GOOD_OLD_INODE_SIZE;
    if (block.u32("s_rev_level") > 0) {
      firstInode = block.seek(0x54).u32("s_first_ino", GOOD_OLD_FIRST_INODE, MAX_U32);
      inodeSize = block.u16("s_inode_size", GOOD_OLD_INODE_SIZE, 1 << blockBits);
    }
    final byte[] uuid = block.seek(0x68).bytes("s_uuid", 16);
    final String volumeName = text(block.bytes("s_volume_name", 16));
    final long journalInode = block.seek(0xe0).u32("s_journal_inum");
    int descriptorSize = GOOD_OLD_DESCRIPTOR_SIZE;
    if (features.is64bit()) {
      descriptorSize = block.seek(0xfe).u16("s_desc_size", WIDE_DESCRIPTOR_SIZE, BYTES);
    }
    final long firstMetaGroup = block.seek(0x104).u32("s_first_meta_bg");
    if (features.is64bit()) {
      blocks |= block.seek(0x150).u32("s_blocks_count_hi") << 32;
    }
    final long[] backups = {block.seek(0x24c).u32("s_backup_bgs[0]"), block.u32("s_backup_bgs[1]")};
    int seed = block.seek(0x270).s32("s_checksum_seed");
    if (!features.checksumSeed()) {
      seed = Crc32c.from(Crc32c.NO_SEED).bytes(uuid, 0, uuid.length).value();
    }
    return new Superblock(
        inodes,
        blocks,
        firstDataBlock,
        blockBits,
        blocksPerGroup,
        inodesPerGroup,
        firstInode,
        inodeSize,
        features,
        uuid,
        volumeName,
        journalInode,
        descriptorSize,
        firstMetaGroup,
        backups,
        seed,
        byLinux);
  }

  /** Up to the first NUL; UTF-8 by custom. */
  private static String text(byte[] bytes) {
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }

  private void requireGeometry(ByteReader block, long imageBytes) throws CorruptInputException {
    if (blocks <= firstDataBlock || blocks > imageBytes >> blockBits) {
      throw block
          .seek(4)
          .corrupt(
              "s_blocks_count is "
                  + Long.toUnsignedString(blocks)
                  + " of "
                  + blockSize()
                  + " bytes, the image has "
                  + imageBytes
                  + " bytes");
    }
    if (!features.bigalloc() && blocksPerGroup > 8L << blockBits) {
      throw block.seek(0x20).corrupt("s_blocks_per_group is " + blocksPerGroup);
    }
    if (Integer.bitCount(inodeSize) != 1) {
      throw block.seek(0x58).corrupt("s_inode_size is " + inodeSize + ", no power of two");
    }
    if (Integer.bitCount(descriptorSize) != 1) {
      throw block.seek(0xfe).corrupt("s_desc_size is " + descriptorSize + ", no power of two");
    }
    if (groups() * inodesPerGroup != inodes) {
      throw block
          .seek(0)
          .corrupt(
              "s_inodes_count is " + inodes + ", not " + groups() + " groups of " + inodesPerGroup);
    }
  }

  int blockSize() {
    return 1 << blockBits;
  }

  long groups() {
    return (blocks - firstDataBlock - 1) / blocksPerGroup + 1;
  }

  /** Whether the group begins with a copy of the superblock. */
  boolean hasSuperblock(long group) {
    if (group == 0) {
      return true;
    }
    if (features.sparseSuper2()) {
      return group == backupGroups[0] || group == backupGroups[1];
    }
    return group == 1
        || !features.sparseSuper()
        || isPowerOf(3, group)
        || isPowerOf(5, group)
        || isPowerOf(7, group);
  }

  private static boolean isPowerOf(int base, long number) {
    long power = base;
    while (power < number) {
      power *= base;
    }
    return power == number;
  }
}
