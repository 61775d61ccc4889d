package jbuild.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Bytes that can be read at any position, by several threads at once. */
public interface ByteSource {
  /** Size in bytes. */
  long size() throws IOException;

  /**
   * Fills {@code target} from {@code offset} on.
   *
   * @throws EOFException when fewer bytes are there
   */
  void read(long offset, ByteBuffer target) throws IOException;

  /**
   * Says that these bytes will be read soon, as {@code MADV_WILLNEED} of madvise(2) does: what has
   * to be decoded for them may be decoded meanwhile, on other threads. Never fails; a source is
   * free to do nothing.
   */
  default void willNeed(long offset, long length) {}

  /**
   * The first position at or after {@code offset} that is not in a hole, as {@code SEEK_DATA} of
   * lseek(2); {@link #size} when there is none.
   */
  default long nextData(long offset) throws IOException {
    return Math.min(offset, size());
  }

  /**
   * The first position at or after {@code offset} that is in a hole, as {@code SEEK_HOLE} of
   * lseek(2); {@link #size} when there is none.
   */
  default long nextHole(long offset) throws IOException {
    return size();
  }

  /** The {@code length} bytes from {@code offset} on, which must be there. */
  default ByteSource slice(long offset, long length) throws IOException {
    return new SlicedSource(this, offset, length);
  }

  /** Reads {@code file} by pread; does not close it. */
  static ByteSource of(FileChannel file) {
    return new ByteSource() {
      @Override
      public long size() throws IOException {
        return file.size();
      }

      @Override
      public void read(long offset, ByteBuffer target) throws IOException {
        long at = offset;
        while (target.hasRemaining()) {
          int count = file.read(target, at);
          if (count < 0) {
            throw new EOFException("read at " + at + ": the file ends there");
          }
          at += count;
        }
      }
    };
  }

  /** Reads {@code bytes} from its position to its limit as they are now. */
  static ByteSource of(ByteBuffer bytes) {
    ByteBuffer all = bytes.slice();
    return new ByteSource() {
      @Override
      public long size() {
        return all.limit();
      }

      @Override
      public void read(long offset, ByteBuffer target) throws IOException {
        if (offset > all.limit() - target.remaining()) {
          throw new EOFException("read at " + offset + ": the bytes end at " + all.limit());
        }
        target.put(all.slice((int) offset, target.remaining()));
      }
    };
  }
}
