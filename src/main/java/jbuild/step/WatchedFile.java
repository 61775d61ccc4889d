package jbuild.step;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.List;
import jbuild.layer.HostFile;
import jbuild.secret.SecretPatterns;
import org.jspecify.annotations.Nullable;

/** A file that cannot be read if it holds a secret: found while it is read for a layer. */
record WatchedFile(HostFile file, String path, SecretPatterns patterns) implements HostFile {
  private static final int PIECE = 64 << 10;

  @Override
  public ReadableByteChannel open() throws IOException {
    return new Watching(file.open());
  }

  @Override
  public @Nullable List<Island> islands() throws IOException {
    return file.islands();
  }

  @Override
  public ReadableByteChannel openIsland(Island island) throws IOException {
    return new Watching(file.openIsland(island));
  }

  @Override
  public long position() {
    return file.position();
  }

  @Override
  public void willNeed() {
    file.willNeed();
  }

  @Override
  public String toString() {
    return file.toString();
  }

  private final class Watching implements ReadableByteChannel {
    private final ReadableByteChannel in;

    /** The end of what was read, in which a secret may have begun, and what comes next. */
    private final byte[] window = new byte[patterns.longest() + PIECE];

    private int filled;

    Watching(ReadableByteChannel in) {
      this.in = in;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      int start = target.position();
      int count = in.read(target);
      if (count > 0) {
        look(target.duplicate().flip().position(start));
      }
      return count;
    }

    private void look(ByteBuffer bytes) throws SecretLeakException {
      while (bytes.hasRemaining()) {
        int count = Math.min(bytes.remaining(), window.length - filled);
        bytes.get(window, filled, count);
        filled += count;
        SecretPatterns.Match match = patterns.find(window, 0, filled);
        if (match != null) {
          throw new SecretLeakException(match, path);
        }
        int kept = Math.min(filled, patterns.longest() - 1);
        System.arraycopy(window, filled - kept, window, 0, kept);
        filled = kept;
      }
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
