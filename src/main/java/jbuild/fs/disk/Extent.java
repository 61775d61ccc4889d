package jbuild.fs.disk;

/**
 * A run of a virtual disk's bytes of one kind.
 *
 * @param host data: where the run lies in the image file; a compressed cluster: its descriptor
 * @param length in bytes, at least 1
 */
record Extent(Kind kind, long host, long length) {
  /** What the bytes are. */
  enum Kind {
    /** Zeros. */
    HOLE,
    DATA,
    /** Bytes of one compressed cluster. */
    COMPRESSED
  }
}
