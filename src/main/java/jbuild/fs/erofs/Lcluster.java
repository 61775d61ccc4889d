package jbuild.fs.erofs;

/**
 * What an index says of one logical cluster: a piece of a file, usually of a block's size, as the
 * unit in which extents are looked up. Extents begin anywhere in a logical cluster, at most one in
 * each.
 *
 * @param type one of the constants; all but {@link #NONHEAD} are heads: an extent begins in it
 * @param offset heads: where in the logical cluster
 * @param block heads: the first block of the physical cluster
 * @param back others: how many logical clusters before this one the head is
 * @param ahead others: how many logical clusters behind this one the next head is, or one before
 * @param blocks the first behind a head: the blocks of the physical cluster; 0 when it says nothing
 * @param partial heads: whether the physical cluster holds more than the extent
 * @param indexEnd position in the image behind the group of entries with this one
 */
record Lcluster(
    int type,
    int offset,
    long block,
    int back,
    int ahead,
    int blocks,
    boolean partial,
    long indexEnd) {
  static final int PLAIN = 0;
  static final int HEAD1 = 1;
  static final int NONHEAD = 2;
  static final int HEAD2 = 3;

  /** In the place of the distance to the head: the rest is a number of blocks instead. */
  static final int BLOCKS_BIT = 1 << 11;

  static final int TYPE_MASK = 3;

  static Lcluster head(int type, int offset, long block, boolean partial, long indexEnd) {
    return new Lcluster(type, offset, block, 0, 1, 0, partial, indexEnd);
  }

  /**
   * A logical cluster in which no extent begins.
   *
   * @param back the distance, or with {@link #BLOCKS_BIT} a number of blocks: the head is the one
   *     before
   */
  static Lcluster nonHead(int back, int ahead, long indexEnd) {
    boolean counts = (back & BLOCKS_BIT) != 0;
    // Images from before erofs-utils 1.0 may have 0 ahead.
    return new Lcluster(
        NONHEAD,
        0,
        0,
        counts ? 1 : back,
        Math.max(1, ahead),
        counts ? back & ~BLOCKS_BIT : 0,
        false,
        indexEnd);
  }

  boolean isHead() {
    return type != NONHEAD;
  }
}
