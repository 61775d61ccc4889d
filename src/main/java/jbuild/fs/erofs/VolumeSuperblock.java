package jbuild.fs.erofs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jbuild.fs.UnsupportedFilesystemException;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;

/**
 * {@code struct erofs_super_block} of any image, 128 bytes at 1024 and what follows them; {@link
 * Superblock} is what the writer makes of it.
 *
 * <pre>
 *   0 u32 magic
 *   4 u32 checksum          CRC-32C of the rest of the block, or of one block from 1024 on
 *   8 u32 feature_compat
 *  12 u8  blkszbits         9 to 16
 *  13 u8  sb_extslots       16 bytes each behind the 128
 *  14 u16 root_nid          with 48-bit addresses blocks_hi
 *  16 u64 inos
 *  24 u64 epoch             compact inodes: what their seconds are added to
 *  32 u32 fixed_nsec        compact inodes: their nanoseconds
 *  36 u32 blocks
 *  40 u32 meta_blkaddr      inode numbers count from this block
 *  44 u32 xattr_blkaddr     shared extended attributes count from this block
 *  48     uuid              16 bytes
 *  64     volume_name       16 bytes
 *  80 u32 feature_incompat
 *  84 u16 available_compr_algs, or without COMPR_CFGS lz4_max_distance
 *  86 u16 extra_devices
 *  88 u16 devt_slotoff      position of the device slots / 128
 *  90 u8  dirblkbits        0
 *  91 u8  xattr_prefix_count
 *  92 u32 xattr_prefix_start / 4
 *  96 u64 packed_nid
 * 104     not needed        8 bytes
 * 112 u64 rootnid_8b        with 48-bit addresses, unless 0
 * </pre>
 *
 * @param packedNid 0: there is none
 */
record VolumeSuperblock(
    int blockBits,
    int incompat,
    long rootNid,
    long epoch,
    int nanos,
    long metaPosition,
    long xattrPosition,
    String volumeName,
    CompressionConfigs compression,
    List<DeviceSlot> deviceSlots,
    int prefixCount,
    long prefixPosition,
    boolean prefixesApart,
    long packedNid) {

  /** LZ4_0PADDING: compressed blocks are padded in front, so that their last byte is known. */
  static final int ZERO_PADDING = 0x1;

  static final int COMPR_CFGS = 0x2;
  static final int DEVICE_TABLE = 0x8;
  static final int FRAGMENTS = 0x20;
  static final int WIDE = 0x80;
  private static final int METABOX = 0x100;
  private static final int KNOWN = 0xff;

  private static final int COMPAT_CHECKSUM = 0x1;
  private static final int COMPAT_PLAIN_PREFIXES = 0x10;

  private static final int MIN_BLOCK_BITS = 9;
  private static final int MAX_BLOCK_BITS = 16;
  private static final int EXTENSION_BYTES = 16;
  private static final int PREFIX_UNIT = 4;
  private static final int MAX_NANOS = 999_999_999;

  VolumeSuperblock {
    deviceSlots = List.copyOf(deviceSlots);
  }

  static VolumeSuperblock read(String label, ByteSource image) throws IOException {
    String name = label + ": superblock";
    ByteReader block = ByteReader.of(name, image, Superblock.POSITION, Superblock.BYTES);
    block.expect(Superblock.MAGIC, "magic");
    block.skip("checksum", 4);
    int compat = block.s32("feature_compat");
    int blockBits = block.u8("blkszbits");
    if (blockBits < MIN_BLOCK_BITS || blockBits > MAX_BLOCK_BITS) {
      throw block.corrupt("blkszbits is " + blockBits + ", not in 9 to 16");
    }
    if ((compat & COMPAT_CHECKSUM) != 0) {
      int summed = summedBytes(blockBits);
      Superblock.requireChecksum(ByteReader.of(name, image, Superblock.POSITION, summed), summed);
    }
    int incompat = requireKnown(label, block.seek(80).s32("feature_incompat"));
    boolean wide = (incompat & WIDE) != 0;
    int extensions = block.seek(13).u8("sb_extslots");
    long rootNid = block.u16("root_nid");
    long epoch = block.skip("inos", 8).s64("epoch");
    int nanos = (int) block.u32("fixed_nsec", 0, MAX_NANOS);
    long meta = block.skip("blocks", 4).u32("meta_blkaddr") << blockBits;
    long xattrs = block.u32("xattr_blkaddr") << blockBits;
    block.skip("uuid", Superblock.NAME_BYTES);
    String volumeName = Superblock.text(block, "volume_name", Superblock.NAME_BYTES);
    int algorithms = block.skip("feature_incompat", 4).u16("available_compr_algs");
    int devices = block.u16("extra_devices");
    int slotOffset = block.u16("devt_slotoff");
    if (block.u8("dirblkbits") != 0) {
      throw new UnsupportedFilesystemException(label + ": directory blocks larger than blocks");
    }
    int prefixCount = block.u8("xattr_prefix_count");
    long prefixPosition = block.u32("xattr_prefix_start") * PREFIX_UNIT;
    long packedNid = block.u64("packed_nid", 0, Long.MAX_VALUE);
    long wideRootNid = block.skip("reserved", 8).u64("rootnid_8b", 0, Long.MAX_VALUE);
    boolean configured = (incompat & COMPR_CFGS) != 0;
    long configs = Superblock.POSITION + Superblock.BYTES + (long) extensions * EXTENSION_BYTES;
    return new VolumeSuperblock(
        blockBits,
        incompat,
        wide && wideRootNid != 0 ? wideRootNid : rootNid,
        epoch,
        nanos,
        meta,
        xattrs,
        volumeName,
        configured
            ? CompressionConfigs.read(label, image, configs, algorithms)
            : CompressionConfigs.LZ4_ONLY,
        // The bit is also COMPR_HEAD2; then there are no devices.
        (incompat & DEVICE_TABLE) != 0
            ? readSlots(label, image, slotOffset, devices, wide)
            : List.of(),
        prefixCount,
        prefixPosition,
        (compat & COMPAT_PLAIN_PREFIXES) != 0,
        (incompat & FRAGMENTS) != 0 ? packedNid : 0);
  }

  /** How many bytes from 1024 on the checksum covers. */
  static int summedBytes(int blockBits) {
    int blockBytes = 1 << blockBits;
    return blockBytes > Superblock.POSITION ? blockBytes - Superblock.POSITION : blockBytes;
  }

  private static int requireKnown(String label, int incompat)
      throws UnsupportedFilesystemException {
    int unknown = incompat & ~KNOWN;
    if (unknown == METABOX) {
      throw new UnsupportedFilesystemException(label + ": inodes in a metabox");
    }
    if (unknown != 0) {
      throw new UnsupportedFilesystemException(
          label + ": unknown features, feature_incompat 0x" + Integer.toHexString(unknown));
    }
    return incompat;
  }

  private static List<DeviceSlot> readSlots(
      String label, ByteSource image, int slotOffset, int count, boolean wide) throws IOException {
    ByteReader slots =
        ByteReader.of(
            label + ": device slots",
            image,
            (long) slotOffset * DeviceSlot.BYTES,
            count * DeviceSlot.BYTES);
    List<DeviceSlot> devices = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      devices.add(DeviceSlot.read(slots, wide));
    }
    return devices;
  }
}
