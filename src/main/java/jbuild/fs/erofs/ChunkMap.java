package jbuild.fs.erofs;

import java.io.IOException;
import jbuild.io.ByteReader;

/**
 * EROFS_INODE_CHUNK_BASED: the data lies in chunks of one size, a power of two. Behind the inode is
 * a table with an entry for each chunk: either a block number of 32 bits, or {@code struct
 * erofs_inode_chunk_index} of 8 bytes:
 *
 * <pre>
 *  0 u16 startblk_hi   only with 48-bit addresses
 *  2 u16 device_id     0: the image itself
 *  4 u32 startblk_lo   all bits of the block number set: a hole
 * </pre>
 */
final class ChunkMap implements FileMap {
  private static final int BLOCK_BITS_MASK = 0x1f;
  private static final int INDEXES = 0x20;
  private static final int WIDE = 0x40;
  private static final int KNOWN = BLOCK_BITS_MASK | INDEXES | WIDE;

  /** How many entries are looked at to join chunks that lie one behind the other. */
  private static final int JOINED = 64;

  private static final long HOLE = -1;

  private final Volume volume;
  private final String label;
  private final long size;
  private final int chunkBits;
  private final boolean indexes;
  private final boolean wide;
  private final long table;

  private ChunkMap(Volume volume, StoredInode inode, int format) {
    this.volume = volume;
    this.label = volume.label() + ": chunk table";
    this.size = inode.size();
    this.chunkBits = volume.superblock().blockBits() + (format & BLOCK_BITS_MASK);
    this.indexes = (format & INDEXES) != 0;
    this.wide = (format & WIDE) != 0;
    this.table = ImageLayout.align(inode.inlinePosition(), entryBytes());
  }

  /** The map of a file that is not empty. */
  static ChunkMap of(Volume volume, StoredInode inode) throws IOException {
    int format = inode.union() & 0xffff;
    if ((format & ~KNOWN) != 0) {
      throw volume.corrupt(
          "inode", inode.position(), "chunk format is 0x" + Integer.toHexString(format));
    }
    ChunkMap map = new ChunkMap(volume, inode, format);
    long count = ((map.size - 1) >> map.chunkBits) + 1;
    if (count > (volume.metadata().size() - map.table) / map.entryBytes()) {
      throw volume.corrupt(
          "inode", inode.position(), "table of " + count + " chunks is longer than the image");
    }
    return map;
  }

  private int entryBytes() {
    return indexes ? ChunkTable.ENTRY_BYTES : 4;
  }

  @Override
  public Extent at(long offset) throws IOException {
    long first = offset >> chunkBits;
    long last = (size - 1) >> chunkBits;
    int count = (int) Math.min(JOINED, last - first + 1);
    ByteReader entries =
        ByteReader.of(label, volume.metadata(), table + first * entryBytes(), count * entryBytes());
    int device = indexes ? entries.seek(2).u16("device_id") & volume.devices().idMask() : 0;
    long block = block(entries.seek(0));
    long blocks = 1L << (chunkBits - volume.superblock().blockBits());
    int joined = 1;
    while (joined < count) {
      long expected = block == HOLE ? HOLE : block + joined * blocks;
      if (!isNext(entries, joined, device, expected)) {
        break;
      }
      joined++;
    }
    long start = first << chunkBits;
    long end = first + joined > last ? size : (first + joined) << chunkBits;
    return block == HOLE
        ? Extent.hole(start, end)
        : Extent.stored(start, end, device, volume.blockPosition(block));
  }

  private boolean isNext(ByteReader entries, int index, int device, long block) throws IOException {
    int at = index * entryBytes();
    if (block(entries.seek(at)) != block) {
      return false;
    }
    return block == HOLE
        || !indexes
        || (entries.seek(at + 2).u16("device_id") & volume.devices().idMask()) == device;
  }

  private long block(ByteReader entry) throws IOException {
    if (!indexes) {
      int block = entry.s32("blkaddr");
      return block == HOLE ? HOLE : Integer.toUnsignedLong(block);
    }
    long high = entry.u16("startblk_hi");
    entry.skip("device_id", 2);
    long low = entry.u32("startblk_lo");
    boolean hole = low == 0xffff_ffffL && (!wide || high == 0xffff);
    return hole ? HOLE : wide ? high << 32 | low : low;
  }
}
