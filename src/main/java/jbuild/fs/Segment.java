package jbuild.fs;

/**
 * A run of a file's bytes and where they lie. Bytes of a file that no segment covers are a hole and
 * read as zeros.
 *
 * @param fileOffset where the run begins in the file, in bytes
 * @param length how many bytes it has, at least 1
 * @param device which device holds them, counted from 0
 * @param deviceOffset where the run begins on that device, in bytes
 */
public record Segment(long fileOffset, long length, int device, long deviceOffset) {
  public Segment {
    if (fileOffset < 0 || length < 1 || device < 0 || deviceOffset < 0) {
      throw new IllegalArgumentException(
          "not a segment: " + fileOffset + "+" + length + " on " + device + "@" + deviceOffset);
    }
  }

  /** The first offset of the file behind this run. */
  public long fileEnd() {
    return fileOffset + length;
  }
}
