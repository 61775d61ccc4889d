package jbuild.step;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The plain bytes of an archive, to be read at any place. */
interface ArchiveBytes extends AutoCloseable {
  /** Reads some of the bytes at {@code position}, which are there: at least one. */
  int read(ByteBuffer to, long position) throws IOException;

  @Override
  void close() throws IOException;
}
