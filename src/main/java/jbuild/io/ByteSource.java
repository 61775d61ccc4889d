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
