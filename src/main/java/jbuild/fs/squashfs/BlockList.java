package jbuild.fs.squashfs;

import java.io.IOException;
import jbuild.io.ByteReader;
import org.jspecify.annotations.Nullable;

/**
 * The sizes of a file's data blocks, which lie one behind the other in the image: words of 32 bits
 * ({@link BlockSize}) behind the file's inode. The list of a large file is long, and its inode may
 * be one of many, so that it is read in parts when it is wanted; to find a part there is its place
 * in the inode table and the position of its first block. Safe for use by several threads.
 */
final class BlockList {
  /** Blocks in a part: 256 MiB of data in blocks of the usual 128 KiB. */
  private static final int PART_BLOCKS = 2048;

  private static final int WORD_BYTES = 4;

  private final MetadataTable inodes;
  private final int blockSize;
  private final int count;
  private final long[] references;
  private final long[] starts; // one more than there are parts: the last is the end of all
  private volatile @Nullable Part last;

  /**
   * Some blocks of the list.
   *
   * @param number from 0
   * @param positions of the blocks, and one more: where the last one ends
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier; never compared
  private record Part(int number, int[] words, long[] positions) {}

  private BlockList(MetadataTable inodes, int blockSize, int count) {
    this.inodes = inodes;
    this.blockSize = blockSize;
    this.count = count;
    int parts = (count + PART_BLOCKS - 1) / PART_BLOCKS;
    this.references = new long[parts];
    this.starts = new long[parts + 1];
  }

  /**
   * Goes through the list once.
   *
   * @param cursor at its first word
   * @param start position of the first block
   * @param imageEnd behind which no block may reach
   */
  static BlockList read(
      MetadataTable inodes,
      MetadataCursor cursor,
      int blockSize,
      long count,
      long start,
      long imageEnd)
      throws IOException {
    if (count > Integer.MAX_VALUE - PART_BLOCKS
        || count * WORD_BYTES > inodes.mostBytes(cursor.reference())) {
      throw cursor.corrupt("list of " + count + " blocks is longer than the inode table");
    }
    BlockList list = new BlockList(inodes, blockSize, (int) count);
    long position = start;
    for (int part = 0; part < list.references.length; part++) {
      list.references[part] = cursor.reference();
      list.starts[part] = position;
      Part read = list.read(part, cursor);
      position = read.positions[read.words.length];
      if (position > imageEnd) {
        throw cursor.corrupt("blocks reach behind the end of the image");
      }
      list.last = read;
    }
    list.starts[list.references.length] = position;
    return list;
  }

  int count() {
    return count;
  }

  /** The {@link BlockSize} of a block. */
  int word(int block) throws IOException {
    return part(block).words[block % PART_BLOCKS];
  }

  /** Where a block begins in the image. */
  long position(int block) throws IOException {
    return part(block).positions[block % PART_BLOCKS];
  }

  /** The first block from {@code block} on that is a hole, or is none; the count for none. */
  int next(int block, boolean hole) throws IOException {
    for (int i = block; i < count; i++) {
      int part = i / PART_BLOCKS;
      boolean allHoles = i % PART_BLOCKS == 0 && starts[part] == starts[part + 1];
      if (allHoles && !hole) {
        i += PART_BLOCKS - 1; // a sparse file of terabytes has few parts that are not
      } else if (BlockSize.isHole(word(i)) == hole) {
        return i;
      }
    }
    return count;
  }

  private Part part(int block) throws IOException {
    int number = block / PART_BLOCKS;
    Part part = last;
    if (part == null || part.number != number) {
      part = read(number, inodes.at(references[number]));
      last = part;
    }
    return part;
  }

  private Part read(int number, MetadataCursor cursor) throws IOException {
    int length = Math.min(PART_BLOCKS, count - number * PART_BLOCKS);
    ByteReader in = cursor.read(length * WORD_BYTES);
    int[] words = new int[length];
    long[] positions = new long[length + 1];
    positions[0] = starts[number];
    for (int i = 0; i < length; i++) {
      words[i] = BlockSize.require(in, in.s32("block size"), blockSize);
      positions[i + 1] = positions[i] + BlockSize.stored(words[i]);
    }
    return new Part(number, words, positions);
  }
}
