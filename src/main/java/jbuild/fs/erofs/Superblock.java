package jbuild.fs.erofs;

import static jbuild.fs.erofs.ErofsWriter.BLOCK;
import static jbuild.fs.erofs.ErofsWriter.BLOCK_BITS;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;

/**
 * {@code struct erofs_super_block}, 128 bytes at 1024, and behind it the device slots ({@code
 * struct erofs_deviceslot}), 128 bytes each. Fields that are not listed are 0.
 *
 * <pre>
 *  0 u32 magic             0xe0f5e1e2
 *  4 u32 checksum          CRC-32C of the block from 1024 on
 *  8 u32 feature_compat    3: has a checksum, inodes have an mtime
 * 12 u8  blkszbits         9
 * 14 u16 root_nid
 * 16 u64 inos              number of inodes
 * 36 u32 blocks            size of the image
 * 48     uuid              16 bytes
 * 64     volume_name       16 bytes
 * 80 u32 feature_incompat  0xc: chunked files, device table
 * 86 u16 extra_devices
 * 88 u16 devt_slotoff      position of the device slots / 128
 *
 *  0     tag               64 bytes
 * 64 u32 blocks            size of the device
 * </pre>
 *
 * @param imageBytes the size of the image
 */
record Superblock(
    int rootNid,
    long inodes,
    long imageBytes,
    ByteString uuid,
    String volumeName,
    List<ErofsDevice> devices) {
  static final int POSITION = 1024;
  static final int DEVICE_TAG_BYTES = DeviceSlot.TAG_BYTES;

  static final int BYTES = 128;
  private static final int SLOT_BYTES = DeviceSlot.BYTES;
  private static final int SLOT_OFFSET = (POSITION + BYTES) / SLOT_BYTES;
  static final int MAGIC = 0xe0f5e1e2;
  static final int CHECKSUM_OFFSET = 4;
  private static final int COMPAT = 0x1 | 0x2;
  private static final int INCOMPAT = 0x4 | 0x8;
  static final int NAME_BYTES = 16;
  private static final int MAX_DEVICES = 0xffff;
  private static final long MAX_BLOCKS = 0xffff_ffffL;

  Superblock {
    devices = List.copyOf(devices);
  }

  /** Where the inodes begin in an image with that many devices. */
  static long end(int devices) {
    return ImageLayout.align(POSITION + BYTES + (long) SLOT_BYTES * devices, BLOCK);
  }

  static byte[] toBytes(
      ImageLayout layout, List<ErofsDevice> devices, byte[] uuid, String volumeName)
      throws IOException {
    byte[] name = volumeName.getBytes(StandardCharsets.US_ASCII);
    if (devices.isEmpty() || uuid.length != NAME_BYTES || name.length > NAME_BYTES) {
      throw new IllegalArgumentException("needs a device, a uuid and a short volume name");
    }
    ByteBuffer block =
        ByteBuffer.allocate((int) end(devices.size()) - POSITION).order(ByteOrder.LITTLE_ENDIAN);
    block.putInt(0, MAGIC);
    block.putInt(8, COMPAT);
    block.put(12, (byte) BLOCK_BITS);
    block.putShort(14, (short) layout.inodes().nid(0));
    block.putLong(16, layout.inodes().size());
    block.putInt(36, (int) (layout.imageBytes() / BLOCK));
    block.put(48, uuid);
    block.put(64, name);
    block.putInt(80, INCOMPAT);
    block.putShort(86, (short) devices.size());
    block.putShort(88, (short) SLOT_OFFSET);
    int slot = BYTES;
    for (ErofsDevice device : devices) {
      if (device.blocks() > MAX_BLOCKS) {
        throw new ErofsLimitException("write index: device of " + device.bytes() + " bytes");
      }
      block.put(slot, device.tag().getBytes(StandardCharsets.US_ASCII));
      block.putInt(slot + DEVICE_TAG_BYTES, (int) device.blocks());
      slot += SLOT_BYTES;
    }
    block.putInt(CHECKSUM_OFFSET, checksum(block));
    return block.array();
  }

  static Superblock read(String label, ByteSource image) throws IOException {
    ByteReader block = ByteReader.of(label + ": superblock", image, POSITION, BLOCK);
    block.expect(MAGIC, "magic");
    requireChecksum(block, BLOCK);
    block.seek(8).expect(COMPAT, "feature_compat");
    block.u16("blkszbits", BLOCK_BITS, BLOCK_BITS);
    int rootNid = block.u16("root_nid", 1, 0xffff);
    long inodes = block.u64("inos", 1, MAX_BLOCKS);
    long blocks = block.seek(36).u32("blocks");
    if (blocks * BLOCK != image.size()) {
      throw block.corrupt("the image has " + image.size() + " bytes, not " + blocks + " blocks");
    }
    block.expect(0, "meta_blkaddr");
    block.expect(0, "xattr_blkaddr");
    ByteString uuid = block.string("uuid", NAME_BYTES);
    String volumeName = text(block, "volume_name", NAME_BYTES);
    block.expect(INCOMPAT, "feature_incompat");
    block.skip("u1", 2);
    int devices = block.u16("extra_devices", 1, MAX_DEVICES);
    block.u16("devt_slotoff", SLOT_OFFSET, SLOT_OFFSET);
    if (block.u8("dirblkbits") != 0) {
      throw block.corrupt("dirblkbits is not 0");
    }
    return new Superblock(
        rootNid, inodes, image.size(), uuid, volumeName, readSlots(label, image, devices));
  }

  /** Checks the checksum of a superblock, of which {@code length} bytes count. */
  static void requireChecksum(ByteReader block, int length) throws CorruptInputException {
    int stored = block.seek(CHECKSUM_OFFSET).s32("checksum");
    int computed = checksum(block.seek(0).bytes("block", length));
    if (stored != computed) {
      throw block
          .seek(CHECKSUM_OFFSET)
          .corrupt(
              "checksum is "
                  + Integer.toHexString(stored)
                  + ", not "
                  + Integer.toHexString(computed));
    }
  }

  private static List<ErofsDevice> readSlots(String label, ByteSource image, int count)
      throws IOException {
    ByteReader slots =
        ByteReader.of(label + ": device slots", image, POSITION + BYTES, count * SLOT_BYTES);
    List<ErofsDevice> devices = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      DeviceSlot slot = DeviceSlot.read(slots, false);
      if (slot.tag().isEmpty()) {
        throw slots.corrupt("tag of device " + (i + 1) + " is empty");
      }
      devices.add(new ErofsDevice(slot.tag(), slot.blocks() * BLOCK));
    }
    return devices;
  }

  /** ASCII up to the first NUL. */
  static String text(ByteReader in, String field, int length) throws CorruptInputException {
    byte[] bytes = in.bytes(field, length);
    int end = 0;
    while (end < length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.US_ASCII);
  }

  /**
   * CRC-32C as the kernel's {@code crc32c(~0, …)} computes it: without the final inversion that
   * {@link CRC32C} makes. Covers the block that begins with the superblock, three device slots
   * included, the field itself taken as 0.
   */
  private static int checksum(ByteBuffer superblock) {
    byte[] block = new byte[BLOCK];
    superblock.get(0, block);
    return checksum(block);
  }

  /** The checksum of what {@code block} holds, whose field becomes 0. */
  static int checksum(byte[] block) {
    for (int i = 0; i < 4; i++) {
      block[CHECKSUM_OFFSET + i] = 0;
    }
    CRC32C crc = new CRC32C();
    crc.update(block);
    return ~(int) crc.getValue();
  }
}
