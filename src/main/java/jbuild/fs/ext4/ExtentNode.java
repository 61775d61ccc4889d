package jbuild.fs.ext4;

import java.io.IOException;
import java.nio.ByteBuffer;
import jbuild.io.ByteReader;
import jbuild.io.CorruptInputException;

/**
 * A node of an extent tree, in i_block or in a block of its own: {@code struct ext4_extent_header}
 * of 12 bytes, then entries of 12 bytes, in the order of the file's blocks.
 *
 * <pre>
 *  0 u16 eh_magic    0xf30a
 *  2 u16 eh_entries
 *  4 u16 eh_max
 *  6 u16 eh_depth    0 for leaves
 *  8 u32 eh_generation
 *
 *  0 u32 ei_block    in nodes that are no leaves; ee_block in leaves
 *  4 u32 ei_leaf_lo                               u16 ee_len, above 32768 when unwritten
 *  8 u16 ei_leaf_hi                               u16 ee_start_hi
 * 10 u16 ei_unused                                u32 ee_start_lo
 * </pre>
 *
 * Behind eh_max entries a block has {@code struct ext4_extent_tail}, its checksum.
 */
final class ExtentNode {
  private static final int MAGIC = 0xf30a;
  private static final int HEADER_BYTES = 12;
  private static final int ENTRY_BYTES = 12;
  private static final int TAIL_BYTES = 4;
  private static final int MAX_DEPTH = 5;

  /** ee_len of an extent up to here is a length; above it the blocks are not written yet. */
  private static final int MAX_WRITTEN = 1 << 15;

  private final Volume volume;
  private final ByteReader in;
  private final int depth;
  private final int count;

  private ExtentNode(Volume volume, ByteReader in) throws CorruptInputException {
    this.volume = volume;
    this.in = in;
    int space = in.remaining();
    in.u16("eh_magic", MAGIC, MAGIC);
    this.count = in.u16("eh_entries", 0, (space - HEADER_BYTES) / ENTRY_BYTES);
    int most = in.u16("eh_max", 1, (space - HEADER_BYTES) / ENTRY_BYTES);
    if (count > most) {
      throw in.seek(2).corrupt("eh_entries is " + count + ", eh_max " + most);
    }
    this.depth = in.u16("eh_depth", 0, MAX_DEPTH);
    if (depth > 0 && count == 0) {
      throw in.seek(2).corrupt("eh_entries is 0 at depth " + depth);
    }
  }

  static ExtentNode root(Volume volume, InodeRecord inode) throws CorruptInputException {
    return new ExtentNode(volume, inode.blockReader(volume));
  }

  /** The node that the entry {@code index} leads to. */
  ExtentNode child(InodeRecord inode, int index) throws IOException {
    long block = in.seek(entry(index) + 4).u32("ei_leaf_lo");
    block |= (long) in.u16("ei_leaf_hi") << 32;
    volume.requireBlocks(in.seek(entry(index) + 4), "ei_leaf", block, 1);
    String part = "inode " + inode.number() + ": extent block " + block;
    byte[] bytes = volume.cachedBlock(part, block);
    ByteReader reader =
        ByteReader.of(volume.name(part), ByteBuffer.wrap(bytes), block << volume.blockBits());
    ExtentNode child = new ExtentNode(volume, reader);
    if (volume.features().metadataChecksums()) {
      verify(inode, bytes, reader);
    }
    if (child.depth != depth - 1 || child.count == 0) {
      throw reader
          .seek(2)
          .corrupt(child.count + " entries of depth " + child.depth + " below depth " + depth);
    }
    return child;
  }

  private void verify(InodeRecord inode, byte[] bytes, ByteReader reader)
      throws CorruptInputException {
    int most = reader.seek(4).u16("eh_max");
    int tail = HEADER_BYTES + most * ENTRY_BYTES;
    if (tail > bytes.length - TAIL_BYTES) {
      throw reader.seek(4).corrupt("eh_max is " + most + ": no room for the checksum");
    }
    int stored = reader.seek(tail).s32("et_checksum");
    int computed = inode.checksum(volume.superblock()).bytes(bytes, 0, tail).value();
    if (stored != computed) {
      throw Checksums.mismatch(reader.seek(tail), stored, computed);
    }
  }

  int depth() {
    return depth;
  }

  int count() {
    return count;
  }

  /** The first block of the file that the entry is about. */
  long key(int index) throws CorruptInputException {
    return in.seek(entry(index)).u32("ei_block");
  }

  /** The last entry whose key is not above {@code block}, or -1. */
  int find(long block) throws CorruptInputException {
    int low = -1;
    int high = count - 1;
    while (low < high) {
      int middle = (low + high + 1) >> 1;
      if (key(middle) <= block) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** Keys must rise from {@code low} on and stay below {@code high}. */
  void requireKeys(long low, long high) throws CorruptInputException {
    long least = low;
    for (int i = 0; i < count; i++) {
      long key = key(i);
      if (key < least || key >= high) {
        throw in.seek(entry(i)).corrupt("ei_block is " + key + ", not in " + least + " to " + high);
      }
      least = key + 1;
    }
  }

  /** A leaf's extents, which must not overlap and lie from {@code low} to {@code high}. */
  BlockRange extents(long low, long high) throws CorruptInputException {
    BlockRange.Builder range = new BlockRange.Builder(low, high);
    long least = low;
    for (int i = 0; i < count; i++) {
      in.seek(entry(i));
      long begin = in.u32("ee_block");
      int length = in.u16("ee_len");
      long target = (long) in.u16("ee_start_hi") << 32 | in.u32("ee_start_lo");
      boolean written = length <= MAX_WRITTEN;
      long end = begin + (written ? length : length - MAX_WRITTEN);
      if (begin < least || end > high || end == begin) {
        throw in.seek(entry(i))
            .corrupt("extent from " + begin + " to " + end + " is not in " + least + " to " + high);
      }
      volume.requireBlocks(in.seek(entry(i)), "ee_start", target, end - begin);
      if (written) {
        range.add(begin, length, target);
      }
      least = end;
    }
    return range.build();
  }

  private static int entry(int index) {
    return HEADER_BYTES + index * ENTRY_BYTES;
  }
}
