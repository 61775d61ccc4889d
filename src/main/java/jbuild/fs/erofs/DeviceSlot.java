package jbuild.fs.erofs;

import jbuild.io.ByteReader;
import jbuild.io.CorruptInputException;

/**
 * {@code struct erofs_deviceslot}, 128 bytes: a device that holds data for an image.
 *
 * <pre>
 *  0     tag         64 bytes, such as a digest or a path
 * 64 u32 blocks
 * 68 u32 uniaddr     first block in the address space that all devices share, 0: not in it
 * 72 u16 blocks_hi   images with 48-bit addresses only
 * 74 u16 uniaddr_hi
 * 76     reserved    52 bytes
 * </pre>
 */
record DeviceSlot(String tag, long blocks, long firstBlock) {
  static final int BYTES = 128;
  static final int TAG_BYTES = 64;

  private static final int RESERVED_BYTES = 52;

  /**
   * Reads a slot.
   *
   * @param wide whether addresses have 48 bits
   */
  static DeviceSlot read(ByteReader slot, boolean wide) throws CorruptInputException {
    String tag = Superblock.text(slot, "tag", TAG_BYTES);
    long blocks = slot.u32("blocks");
    long firstBlock = slot.u32("uniaddr");
    long blocksHigh = slot.u16("blocks_hi");
    long firstBlockHigh = slot.u16("uniaddr_hi");
    slot.skip("reserved", RESERVED_BYTES);
    return wide
        ? new DeviceSlot(tag, blocksHigh << 32 | blocks, firstBlockHigh << 32 | firstBlock)
        : new DeviceSlot(tag, blocks, firstBlock);
  }
}
