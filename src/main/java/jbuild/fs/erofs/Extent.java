package jbuild.fs.erofs;

/**
 * A run of a file's bytes that are kept in one way, one after the other.
 *
 * @param start the first offset in the file
 * @param end the first offset behind the run
 * @param device where the data is, see {@link Devices}
 * @param position of the data on the device; of a fragment, in the packed inode; of a hole 0
 * @param bytes compressed ones: how many bytes are to be decoded
 * @param whole compressed ones: whether they decode to these bytes and no more
 */
record Extent(
    long start, long end, Coding coding, int device, long position, int bytes, boolean whole) {

  static Extent hole(long start, long end) {
    return new Extent(start, end, Coding.HOLE, Devices.PRIMARY, 0, 0, true);
  }

  static Extent stored(long start, long end, int device, long position) {
    return new Extent(start, end, Coding.STORED, device, position, 0, true);
  }

  static Extent fragment(long start, long end, long position) {
    return new Extent(start, end, Coding.FRAGMENT, Devices.PRIMARY, position, 0, true);
  }

  boolean contains(long offset) {
    return offset >= start && offset < end;
  }
}
