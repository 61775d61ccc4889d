package jbuild.step;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.security.MessageDigest;
import java.util.function.Consumer;
import jbuild.layer.HostFile;
import jbuild.oci.Digest;

/**
 * A file whose content digest is taken while somebody reads it for another purpose: so a file that
 * goes into a layer is read once, not once more for the cache key.
 */
record DigestingFile(HostFile file, Consumer<byte[]> whenRead) implements HostFile {

  @Override
  public ReadableByteChannel open() throws IOException {
    return new Hashing(file.open(), whenRead);
  }

  @Override
  public String toString() {
    return file.toString();
  }

  private static final class Hashing implements ReadableByteChannel {
    private final ReadableByteChannel in;
    private final MessageDigest hash = Digest.sha256();
    private final Consumer<byte[]> whenRead;
    private boolean ended;

    Hashing(ReadableByteChannel in, Consumer<byte[]> whenRead) {
      this.in = in;
      this.whenRead = whenRead;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      int start = target.position();
      int count = in.read(target);
      if (count > 0) {
        hash.update(target.duplicate().flip().position(start));
      } else if (count < 0 && !ended) {
        ended = true;
        whenRead.accept(hash.digest());
      }
      return count;
    }

    @Override
    public boolean isOpen() {
      return in.isOpen();
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
