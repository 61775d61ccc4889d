package jbuild.io;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream for somebody who closes what he was given, although its owner still reads from it. */
public final class LentInputStream extends FilterInputStream {
  public LentInputStream(InputStream owned) {
    super(owned);
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    return in.read(target, offset, length);
  }

  @Override
  public void close() {
    // the owner does
  }
}
