package jbuild.fs.ext4;

import java.io.IOException;
import java.nio.ByteBuffer;
import jbuild.io.ByteReader;
import jbuild.io.CorruptInputException;

/**
 * {@code struct ext4_group_desc}, 32 bytes, or 64 and more with the feature 64bit.
 *
 * <pre>
 * 0x08 u32 bg_inode_table_lo   first block of the group's inodes
 * 0x12 u16 bg_flags
 * 0x1e u16 bg_checksum
 * 0x28 u32 bg_inode_table_hi   with 64bit
 * </pre>
 *
 * @param inodeTable the block where the group's inodes begin
 */
record GroupDescriptor(long inodeTable, int flags) {
  private static final int CHECKSUM_OFFSET = 0x1e;
  private static final int INODE_UNINIT = 0x1;

  static GroupDescriptor read(Volume volume, long group) throws IOException {
    Superblock superblock = volume.superblock();
    int size = superblock.descriptorSize();
    long position = position(superblock, group);
    String what = "descriptor of group " + group;
    byte[] bytes = volume.bytes(what, position, size);
    ByteReader in = ByteReader.of(volume.name(what), ByteBuffer.wrap(bytes), position);
    verify(superblock, group, bytes, in);
    long inodeTable = in.seek(0x8).u32("bg_inode_table_lo");
    int flags = in.seek(0x12).u16("bg_flags");
    if (superblock.features().is64bit()) {
      inodeTable |= in.seek(0x28).u32("bg_inode_table_hi") << 32;
    }
    long tableBlocks =
        ((superblock.inodesPerGroup() * superblock.inodeSize() - 1) >> superblock.blockBits()) + 1;
    if (!volume.hasBlocks(inodeTable, tableBlocks)) {
      throw in.seek(0x8).corrupt("bg_inode_table is " + Long.toUnsignedString(inodeTable));
    }
    return new GroupDescriptor(inodeTable, flags);
  }

  /** The descriptors follow the superblock; with meta_bg each block of them lies in its groups. */
  private static long position(Superblock superblock, long group) {
    int size = superblock.descriptorSize();
    int perBlock = superblock.blockSize() / size;
    long index = group / perBlock;
    long block;
    if (!superblock.features().metaBg() || index < superblock.firstMetaGroup()) {
      block = (Superblock.POSITION >> superblock.blockBits()) + 1 + index;
    } else {
      long first = index * perBlock;
      block = superblock.firstDataBlock() + first * superblock.blocksPerGroup();
      if (superblock.hasSuperblock(first)) {
        block++;
      }
      if (index == 0 && superblock.blockSize() == 1024 && superblock.firstDataBlock() == 0) {
        block++; // block 0 is not the superblock's
      }
    }
    return (block << superblock.blockBits()) + group % perBlock * size;
  }

  private static void verify(Superblock superblock, long group, byte[] bytes, ByteReader in)
      throws CorruptInputException {
    int computed;
    if (superblock.features().metadataChecksums()) {
      computed =
          Crc32c.from(superblock.checksumSeed())
              .le32(group)
              .bytes(bytes, 0, CHECKSUM_OFFSET)
              .zeros(2)
              .bytes(bytes, CHECKSUM_OFFSET + 2, bytes.length)
              .value();
    } else if (superblock.features().descriptorChecksums()) {
      computed =
          new Crc16()
              .bytes(superblock.uuid(), 0, superblock.uuid().length)
              .le32(group)
              .bytes(bytes, 0, CHECKSUM_OFFSET)
              .bytes(bytes, CHECKSUM_OFFSET + 2, bytes.length)
              .value();
    } else {
      return;
    }
    int stored = in.seek(CHECKSUM_OFFSET).u16("bg_checksum");
    if (stored != (computed & 0xffff)) {
      throw Checksums.mismatch(in.seek(CHECKSUM_OFFSET), stored, computed & 0xffff);
    }
  }

  /** Whether the group's inodes were never written. */
  boolean isUnused(Superblock superblock) {
    Features features = superblock.features();
    return (flags & INODE_UNINIT) != 0
        && (features.metadataChecksums() || features.descriptorChecksums());
  }
}
