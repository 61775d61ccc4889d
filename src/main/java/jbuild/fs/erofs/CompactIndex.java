package jbuild.fs.erofs;

import java.io.IOException;
import jbuild.io.ByteReader;

/**
 * The index of EROFS_INODE_COMPRESSED_COMPACT: packs of entries of fewer bits, right behind the map
 * header. A pack of 2 entries has 8 bytes (4 an entry), one of 16 entries 32 bytes (2 an entry);
 * the last 4 bytes of each are a block number, the others the entries, from the lowest bit on: 12
 * bits or more of a number, 2 bits of the type. Packs of 16 are used, if at all, from the first
 * multiple of 32 on and as far as they can be full.
 *
 * <p>The number is, for heads, where in the logical cluster the extent begins; for others the
 * distance to the head, or a number of blocks, as in {@link FullIndex}; for the last of a pack,
 * when it is no head, the distance to the next head. The blocks of a pack's heads lie one behind
 * the other, from the one behind its block number on, or when clusters can be big, from itself on.
 */
final class CompactIndex implements LclusterIndex {
  private static final int SMALL_ENTRY = 4;
  private static final int SMALL_PACK = 2;
  private static final int TINY_ENTRY = 2;
  private static final int TINY_PACK = 16;
  private static final int TINY_PACK_BYTES = TINY_ENTRY * TINY_PACK;
  private static final int BLOCK_BYTES = 4;
  private static final int MIN_NUMBER_BITS = 12;
  private static final int MAX_LOGICAL_BITS = 14;

  private final Volume volume;
  private final String label;
  private final long position;
  private final boolean bigClusters;
  private final int numberBits;

  /** How many entries stand before the packs of 16, and in them. */
  private final long before;

  private final long tiny;

  private CompactIndex(Volume volume, MapHeader header, long blocks) {
    this.volume = volume;
    this.label = volume.label() + ": cluster index";
    this.position = header.position() + MapHeader.BYTES;
    this.bigClusters = header.has(MapHeader.BIG_PCLUSTER_1);
    this.numberBits = Math.max(MIN_NUMBER_BITS, header.logicalBits(volume));
    this.before = Math.floorMod(-position, TINY_PACK_BYTES) / SMALL_ENTRY;
    this.tiny =
        header.has(MapHeader.COMPACTED_2B) && before < blocks
            ? (blocks - before) / TINY_PACK * TINY_PACK
            : 0;
  }

  /**
   * The index of a file.
   *
   * @param blocks how many blocks the file has when it is not compressed
   */
  static CompactIndex of(Volume volume, MapHeader header, long blocks) throws IOException {
    int bits = header.logicalBits(volume);
    if (bits > MAX_LOGICAL_BITS
        || (header.has(MapHeader.COMPACTED_2B) && bits > MIN_NUMBER_BITS)
        || header.has(MapHeader.BIG_PCLUSTER_1) != header.has(MapHeader.BIG_PCLUSTER_2)) {
      throw volume.corrupt(
          "map header",
          header.position(),
          "h_advise 0x" + Integer.toHexString(header.advise()) + " with clusters of 2^" + bits);
    }
    if (blocks > (volume.metadata().size() - header.position()) / TINY_ENTRY) {
      throw volume.corrupt(
          "map header", header.position(), "index of " + blocks + " entries is cut");
    }
    return new CompactIndex(volume, header, blocks);
  }

  /** One pack; positions of bits count from its start. */
  private record Pack(ByteReader bytes, int count, int entryBits, int numberBits) {
    int number(int index) throws IOException {
      return bits(index) & ((1 << numberBits) - 1);
    }

    int type(int index) throws IOException {
      return bits(index) >>> numberBits & Lcluster.TYPE_MASK;
    }

    private int bits(int index) throws IOException {
      int at = index * entryBits;
      return bytes.seek(at / 8).s32("entry") >>> (at % 8);
    }

    long block() throws IOException {
      return bytes.seek(0).skip("entries", count * entryBits / 8).u32("blkaddr");
    }
  }

  @Override
  public Lcluster get(long number) throws IOException {
    long at;
    boolean inTiny = number >= before && number - before < tiny;
    if (inTiny) {
      at = position + before * SMALL_ENTRY + (number - before) * TINY_ENTRY;
    } else {
      at = position + number * SMALL_ENTRY;
      if (number >= before) {
        at -= tiny * (SMALL_ENTRY - TINY_ENTRY);
      }
    }
    int count = inTiny ? TINY_PACK : SMALL_PACK;
    int entryBytes = inTiny ? TINY_ENTRY : SMALL_ENTRY;
    int packBytes = count * entryBytes;
    long start = at - at % packBytes;
    Pack pack =
        new Pack(
            ByteReader.of(label, volume.metadata(), start, packBytes),
            count,
            (packBytes - BLOCK_BYTES) * 8 / count,
            numberBits);
    return entry(pack, (int) (at % packBytes) / entryBytes, start + packBytes);
  }

  private Lcluster entry(Pack pack, int index, long end) throws IOException {
    int number = pack.number(index);
    int type = pack.type(index);
    if (type != Lcluster.NONHEAD) {
      long block = pack.block() + (bigClusters ? blocksBefore(pack, index) : headsTo(pack, index));
      return Lcluster.head(type, number, block, false, end);
    }
    int back = number;
    if (index == pack.count - 1 && (number & Lcluster.BLOCKS_BIT) == 0) {
      back = 1 + distanceOf(pack, index - 1);
    }
    return Lcluster.nonHead(back, ahead(pack, index), end);
  }

  /** How far the head of an entry is from it; 0 when it is one. */
  private static int distanceOf(Pack pack, int index) throws IOException {
    if (pack.type(index) != Lcluster.NONHEAD) {
      return 0;
    }
    int number = pack.number(index);
    return (number & Lcluster.BLOCKS_BIT) != 0 ? 1 : number;
  }

  /** How far the next head is, or as far as this pack knows. */
  private static int ahead(Pack pack, int index) throws IOException {
    int last = pack.count - 1;
    for (int i = index + 1; i <= last; i++) {
      if (pack.type(i) != Lcluster.NONHEAD) {
        return i - index;
      }
    }
    int number = pack.number(last);
    return last - index + ((number & Lcluster.BLOCKS_BIT) != 0 ? 1 : number);
  }

  /** Physical clusters of one block: how many heads there are up to this one. */
  private static int headsTo(Pack pack, int index) throws IOException {
    int heads = 1;
    int i = index - 1;
    while (i >= 0) {
      if (pack.type(i) == Lcluster.NONHEAD) {
        i -= pack.number(i);
      }
      if (i >= 0) {
        heads++;
      }
      i--;
    }
    return heads;
  }

  /** Physical clusters of any size: how many blocks those before this head have. */
  private static long blocksBefore(Pack pack, int index) throws IOException {
    long blocks = 0;
    int i = index - 1;
    while (i >= 0) {
      int number = pack.number(i);
      if (pack.type(i) != Lcluster.NONHEAD) {
        blocks++;
        i--;
      } else if ((number & Lcluster.BLOCKS_BIT) != 0) {
        blocks += number & ~Lcluster.BLOCKS_BIT;
        i -= 2; // the head is the one before
      } else if (number <= 1) {
        throw pack.bytes.corrupt("entry behind a head does not count its blocks");
      } else {
        i -= number - 1; // to the one behind the head, which counts the blocks
      }
    }
    return blocks;
  }
}
