package jbuild.layer;

import java.util.List;

/** Where the bytes of a regular file are. */
public sealed interface FileData {
  /** No bytes; every empty file's data. */
  FileData NONE = new Bytes(new byte[0]);

  /**
   * All bytes in one run on a device.
   *
   * @param device position of the tar in the stack, bottom first, from 0
   * @param offset of the first byte in the tar; a multiple of 512
   */
  record Stored(int device, long offset) implements FileData {}

  /**
   * Islands of data in a sea of zeros, in file order without overlap.
   *
   * @param device as in {@link Stored}
   */
  record Sparse(int device, List<Extent> extents) implements FileData {
    public Sparse {
      extents = List.copyOf(extents);
    }
  }

  /** A run of {@code length} bytes at {@code fileOffset}, found at {@code deviceOffset}. */
  record Extent(long fileOffset, long length, long deviceOffset) {}

  /** Outside of any layer: to be read when the layer is written. */
  record Host(HostFile file) implements FileData {}

  /** In memory; for small made-up files. */
  @SuppressWarnings("ArrayRecordComponent") // a carrier; never compared
  record Bytes(byte[] bytes) implements FileData {}
}
