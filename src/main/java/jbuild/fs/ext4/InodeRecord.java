package jbuild.fs.ext4;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jbuild.io.ByteReader;
import jbuild.io.CorruptInputException;
import jbuild.io.FileType;

/**
 * {@code struct ext4_inode}: 128 bytes, then i_extra_isize more in larger inodes, then extended
 * attributes up to the inode's end.
 *
 * @param position where the inode lies in the image, in bytes
 * @param atime as it is stored; EA inodes keep the checksum of their value there
 * @param mtime as it is stored; EA inodes of Lustre keep their owner's number there
 * @param block i_block: 60 bytes with an extent tree, a block map, a link's target, a device
 *     number, or the begin of the content
 * @param fileAcl the block with further extended attributes, or 0
 * @param bodyOffset where the extended attributes begin, in bytes from the inode's start
 * @param body the bytes from there on, perhaps none
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier; never compared
record InodeRecord(
    long number,
    long position,
    FileType type,
    int mode,
    int uid,
    int gid,
    long size,
    int atime,
    int mtime,
    long mtimeSeconds,
    int mtimeNanos,
    int flags,
    int generation,
    byte[] block,
    long fileAcl,
    int bodyOffset,
    byte[] body) {
  private static final int ENCRYPT_FL = 0x800;
  private static final int INDEX_FL = 0x1000;
  private static final int EXTENTS_FL = 0x80000;
  private static final int EA_INODE_FL = 0x200000;
  private static final int INLINE_DATA_FL = 0x10000000;

  private static final int BLOCK_OFFSET = 0x28;
  private static final int BLOCK_BYTES = 60;
  private static final int CHECKSUM_LO_OFFSET = 0x7c;
  private static final int CHECKSUM_HI_OFFSET = 0x82;
  private static final int CHECKSUM_HI_END = 0x84;
  private static final int MTIME_EXTRA_OFFSET = 0x88;
  private static final int MTIME_EXTRA_END = 0x8c;

  private static final int EPOCH_MASK = 0x3;
  private static final int EPOCH_BITS = 2;
  private static final int MAX_NANOS = 999_999_999;
  private static final byte[] NO_BODY = {};

  /**
   * @param table a piece of the inode table
   * @param offset where the inode begins in it
   * @param tablePosition where the piece lies in the image
   */
  static InodeRecord read(Volume volume, long number, byte[] table, int offset, long tablePosition)
      throws CorruptInputException {
    Superblock superblock = volume.superblock();
    int inodeSize = superblock.inodeSize();
    long position = tablePosition + offset;
    ByteReader in =
        ByteReader.of(
            volume.name("inode " + number), ByteBuffer.wrap(table, offset, inodeSize), position);
    int extraSize = extraSize(in, inodeSize);
    if (superblock.features().metadataChecksums() && superblock.byLinux()) {
      verify(superblock, number, table, offset, extraSize, in);
    }
    final int stMode = in.seek(0).u16("i_mode");
    final FileType type = type(in, stMode);
    final int uid = in.u16("i_uid") | in.seek(0x78).u16("l_i_uid_high") << 16;
    long size = in.seek(0x4).u32("i_size_lo");
    final int atime = in.s32("i_atime");
    final int mtime = in.seek(0x10).s32("i_mtime");
    final int gid = in.seek(0x18).u16("i_gid") | in.seek(0x7a).u16("l_i_gid_high") << 16;
    if (in.seek(0x1a).u16("i_links_count") == 0) {
      throw in.seek(0x1a).corrupt("i_links_count is 0: the inode is not in use");
    }
    final int flags = in.seek(0x20).s32("i_flags");
    final byte[] block = in.seek(BLOCK_OFFSET).bytes("i_block", BLOCK_BYTES);
    final int generation = in.s32("i_generation");
    long fileAcl = in.u32("i_file_acl_lo");
    if (superblock.features().is64bit()) {
      fileAcl |= (long) in.seek(0x76).u16("l_i_file_acl_high") << 32;
    }
    if (type == FileType.REGULAR || superblock.features().largeDirectories()) {
      size |= in.seek(0x6c).u32("i_size_high") << 32;
    }
    if (size < 0) {
      throw in.seek(0x6c).corrupt("i_size is " + Long.toUnsignedString(size));
    }
    long seconds = mtime;
    int nanos = 0;
    if (Superblock.GOOD_OLD_INODE_SIZE + extraSize >= MTIME_EXTRA_END) {
      int extra = in.seek(MTIME_EXTRA_OFFSET).s32("i_mtime_extra");
      seconds += (long) (extra & EPOCH_MASK) << Integer.SIZE;
      nanos = extra >>> EPOCH_BITS;
      if (nanos > MAX_NANOS) {
        throw in.seek(MTIME_EXTRA_OFFSET).corrupt("i_mtime_extra has " + nanos + " nanoseconds");
      }
    }
    int bodyOffset = Superblock.GOOD_OLD_INODE_SIZE + extraSize;
    return new InodeRecord(
        number,
        position,
        type,
        stMode & 07777,
        uid,
        gid,
        size,
        atime,
        mtime,
        seconds,
        nanos,
        flags,
        generation,
        block,
        fileAcl,
        bodyOffset,
        extraSize == 0 ? NO_BODY : in.seek(bodyOffset).bytes("body", inodeSize - bodyOffset));
  }

  /** i_extra_isize: how many bytes of fields there are behind the first 128. */
  private static int extraSize(ByteReader in, int inodeSize) throws CorruptInputException {
    int most = inodeSize - Superblock.GOOD_OLD_INODE_SIZE;
    if (most == 0) {
      return 0;
    }
    int extraSize = in.seek(Superblock.GOOD_OLD_INODE_SIZE).u16("i_extra_isize", 0, most);
    if (extraSize % 4 != 0) {
      throw in.seek(Superblock.GOOD_OLD_INODE_SIZE).corrupt("i_extra_isize is " + extraSize);
    }
    return extraSize;
  }

  private static FileType type(ByteReader in, int stMode) throws CorruptInputException {
    try {
      return FileType.ofMode(stMode);
    } catch (IllegalArgumentException unknown) {
      throw in.seek(0).corrupt("i_mode is 0" + Integer.toOctalString(stMode));
    }
  }

  /** Both halves of the checksum count as zeros; small inodes have the low half only. */
  private static void verify(
      Superblock superblock, long number, byte[] table, int offset, int extraSize, ByteReader in)
      throws CorruptInputException {
    final int generation = in.seek(0x64).s32("i_generation");
    int stored = in.seek(CHECKSUM_LO_OFFSET).u16("l_i_checksum_lo");
    Crc32c crc =
        Crc32c.from(superblock.checksumSeed())
            .le32(number)
            .le32(generation)
            .bytes(table, offset, offset + CHECKSUM_LO_OFFSET)
            .zeros(2);
    int done = CHECKSUM_LO_OFFSET + 2;
    int mask = 0xffff;
    if (Superblock.GOOD_OLD_INODE_SIZE + extraSize >= CHECKSUM_HI_END) {
      stored |= in.seek(CHECKSUM_HI_OFFSET).u16("i_checksum_hi") << 16;
      crc.bytes(table, offset + done, offset + CHECKSUM_HI_OFFSET).zeros(2);
      done = CHECKSUM_HI_END;
      mask = -1;
    }
    int computed = crc.bytes(table, offset + done, offset + superblock.inodeSize()).value() & mask;
    if (stored != computed) {
      throw Checksums.mismatch(in.seek(CHECKSUM_LO_OFFSET), stored, computed);
    }
  }

  boolean isEncrypted() {
    return (flags & ENCRYPT_FL) != 0;
  }

  /** Whether this directory has index blocks. */
  boolean isIndexed() {
    return (flags & INDEX_FL) != 0;
  }

  boolean hasExtents() {
    return (flags & EXTENTS_FL) != 0;
  }

  /** Whether the inode is nothing but the value of an extended attribute. */
  boolean isAttributeValue() {
    return (flags & EA_INODE_FL) != 0;
  }

  boolean hasInlineData() {
    return (flags & INLINE_DATA_FL) != 0;
  }

  /** i_block[index], unsigned. */
  long block(int index) {
    ByteBuffer words = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    return words.getInt(index * Integer.BYTES) & 0xffff_ffffL;
  }

  /** A reader of i_block. */
  ByteReader blockReader(Volume volume) {
    return ByteReader.of(
        volume.name("inode " + number), ByteBuffer.wrap(block), position + BLOCK_OFFSET);
  }

  /** The checksum that those of the inode's own blocks begin with. */
  Crc32c checksum(Superblock superblock) {
    return Crc32c.from(superblock.checksumSeed()).le32(number).le32(generation);
  }

  CorruptInputException corrupt(Volume volume, String what) {
    return new CorruptInputException(volume.name("inode " + number), position, what);
  }
}
