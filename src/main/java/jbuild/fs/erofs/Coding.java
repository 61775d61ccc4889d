package jbuild.fs.erofs;

import org.jspecify.annotations.Nullable;

/** How the bytes of an {@link Extent} are kept. */
enum Coding {
  /** Not at all: they are zeros. */
  HOLE(-1),
  /** As they are. */
  STORED(-1),
  /** In the packed inode, whose data the ends of many files share. */
  FRAGMENT(-1),
  // The order of the numbers in z_erofs_map_header.h_algorithmtype.
  LZ4(0),
  LZMA(1),
  DEFLATE(2),
  ZSTD(3);

  private final int algorithm;

  Coding(int algorithm) {
    this.algorithm = algorithm;
  }

  boolean isCompressed() {
    return algorithm >= 0;
  }

  /** The number of the compression in images. */
  int algorithm() {
    return algorithm;
  }

  /** The compression of that number, null when there is none. */
  static @Nullable Coding of(int algorithm) {
    return switch (algorithm) {
      case 0 -> LZ4;
      case 1 -> LZMA;
      case 2 -> DEFLATE;
      case 3 -> ZSTD;
      default -> null;
    };
  }
}
