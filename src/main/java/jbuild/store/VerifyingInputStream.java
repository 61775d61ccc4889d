package jbuild.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import jbuild.oci.Digest;

/**
 * Passes bytes on and, when the end is reached, fails unless they had the expected digest.
 * Verifying is a type, not a habit.
 */
public final class VerifyingInputStream extends FilterInputStream {
  private final Digest expected;
  private final MessageDigest hasher = Digest.sha256();
  private boolean verified;

  public VerifyingInputStream(InputStream in, Digest expected) {
    super(in);
    this.expected = expected;
  }

  @Override
  public int read() throws IOException {
    int value = in.read();
    if (value < 0) {
      verify();
    } else {
      hasher.update((byte) value);
    }
    return value;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count = in.read(target, offset, length);
    if (count < 0) {
      verify();
    } else {
      hasher.update(target, offset, count);
    }
    return count;
  }

  /** Skipped bytes are read, since they count. */
  @Override
  public long skip(long count) throws IOException {
    byte[] sink = new byte[(int) Math.min(Math.max(count, 0), 8192)];
    long skipped = 0;
    while (skipped < count) {
      int read = read(sink, 0, (int) Math.min(sink.length, count - skipped));
      if (read < 0) {
        break;
      }
      skipped += read;
    }
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void verify() throws StoreException {
    if (verified) {
      return;
    }
    check(expected, Digest.ofHash(hasher.digest()));
    verified = true;
  }

  static void check(Digest expected, Digest actual) throws StoreException {
    if (!actual.equals(expected)) {
      throw new StoreException(
          "read blob "
              + expected
              + ": its content is damaged, its digest is "
              + actual
              + " (remove it and make or pull its image again)");
    }
  }
}
