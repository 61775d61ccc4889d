package jbuild.base;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import jbuild.fs.Inode;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import jbuild.layer.HostFile;
import org.jspecify.annotations.Nullable;

/**
 * A regular file of an image. Its content is read in pieces, each announced some pieces before; a
 * file with large holes is taken apart into its islands.
 */
final class MediumFile implements HostFile {
  /** A file with fewer bytes in holes is written whole: every tar reader knows that. */
  private static final long HOLES_THAT_COUNT = 1 << 20;

  /** The smallest unit of a hole; what the kernel reads at once. */
  private static final long PAGE = 4096;

  /** Base-2 logarithm of how many islands there may be, well below what readers take. */
  private static final int MAX_ISLANDS_BITS = 15;

  /** So much of a large file is announced while it is read. */
  private static final long AHEAD = 12 << 20;

  private final Where directory;
  private final ByteString name;
  private final Inode inode;
  private final ImportProgress progress;

  /** From the announcement to the end of reading. */
  private @Nullable ByteSource content;

  /** A directory of the image, for messages. */
  record Where(String image, @Nullable Where parent, ByteString name) {
    static Where root(String image) {
      return new Where(image, null, ByteString.EMPTY);
    }

    Where child(ByteString child) {
      return new Where(image, this, child);
    }

    /** {@code image!/path/to/name}. */
    String of(ByteString entry) {
      StringBuilder path = new StringBuilder("/").append(entry);
      Where at = this;
      while (at.parent != null) {
        path.insert(0, "/" + at.name);
        at = at.parent;
      }
      return image + "!" + path;
    }
  }

  MediumFile(Where directory, ByteString name, Inode inode, ImportProgress progress) {
    this.directory = directory;
    this.name = name;
    this.inode = inode;
    this.progress = progress;
  }

  private ByteSource content() throws IOException {
    ByteSource known = content;
    if (known == null) {
      known = inode.content();
      content = known;
    }
    return known;
  }

  @Override
  public void willNeed() {
    try {
      content().willNeed(0, Math.min(inode.size(), AHEAD));
    } catch (IOException damaged) {
      // whoever reads it meets the same, and says so
    }
  }

  @Override
  public long position() {
    try {
      return inode.position();
    } catch (IOException damaged) {
      return 0; // as above
    }
  }

  @Override
  public ReadableByteChannel open() throws IOException {
    return new Channel(content(), 0, inode.size());
  }

  @Override
  public ReadableByteChannel openIsland(Island island) throws IOException {
    return new Channel(content(), island.offset(), island.length());
  }

  /**
   * Holes as the image has them, made smaller to whole units: so few islands that every reader
   * takes them, on such boundaries that an index can point to them.
   */
  @Override
  public @Nullable List<Island> islands() throws IOException {
    long size = inode.size();
    if (size < HOLES_THAT_COUNT) {
      return null;
    }
    long unit = Math.max(PAGE, Long.highestOneBit(size >> MAX_ISLANDS_BITS) << 1);
    ByteSource source = content();
    List<Island> islands = new ArrayList<>();
    long data = 0;
    for (long at = source.nextData(0); at < size; ) {
      long from = at / unit * unit;
      long end = at;
      long next = at;
      while (next < size && next / unit * unit <= roundUp(end, unit)) {
        long hole = source.nextHole(next);
        if (hole <= next) {
          throw new IllegalStateException("both data and a hole at " + next + " of " + this);
        }
        end = Math.max(end, hole);
        next = source.nextData(end);
      }
      long to = Math.min(size, roundUp(end, unit));
      islands.add(new Island(from, to - from));
      data += to - from;
      at = next;
    }
    return size - data < HOLES_THAT_COUNT ? null : islands;
  }

  private static long roundUp(long value, long unit) {
    return (value + unit - 1) / unit * unit;
  }

  @Override
  public String toString() {
    return directory.of(name);
  }

  /** Reads from one position to another. */
  private final class Channel implements ReadableByteChannel {
    private final ByteSource source;
    private final long end;
    private long at;
    private long announced;

    Channel(ByteSource source, long start, long length) {
      this.source = source;
      this.at = start;
      this.end = start + length;
      this.announced = start == 0 ? Math.min(end, AHEAD) : start;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      if (at == end) {
        return -1;
      }
      if (announced < end && announced - at < AHEAD / 2) {
        long upTo = Math.min(end, at + AHEAD);
        source.willNeed(announced, upTo - announced);
        announced = upTo;
      }
      int count = (int) Math.min(target.remaining(), end - at);
      int limit = target.limit();
      target.limit(target.position() + count);
      try {
        source.read(at, target);
      } finally {
        target.limit(limit);
      }
      at += count;
      progress.advance(count);
      return count;
    }

    @Override
    public boolean isOpen() {
      return content != null;
    }

    @Override
    public void close() {
      content = null;
    }
  }
}
