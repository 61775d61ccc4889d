package jbuild.step;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import jbuild.layer.FileData;
import jbuild.layer.HostFile;
import org.jspecify.annotations.Nullable;

/**
 * The content of one file of an archive. Holes are written as zeros, as layers have them, unless
 * there is so much of them that a few bytes of an archive would fill a disk.
 *
 * @param extents the runs of data, in file order
 * @param size with the holes
 */
record ArchiveMember(String label, ArchiveBytes bytes, List<FileData.Extent> extents, long size)
    implements HostFile {
  private static final long MAX_HOLES = 1L << 30;
  private static final int BLOCK = 512;

  @Override
  public ReadableByteChannel open() {
    return new Content(0, size);
  }

  @Override
  public @Nullable List<Island> islands() {
    long data = 0;
    List<Island> islands = new ArrayList<>();
    for (FileData.Extent extent : extents) {
      data += extent.length();
      long from = extent.fileOffset() / BLOCK * BLOCK;
      long to = Math.min(size, (extent.fileOffset() + extent.length() + BLOCK - 1) / BLOCK * BLOCK);
      Island last = islands.isEmpty() ? null : islands.get(islands.size() - 1);
      if (last != null && from <= last.offset() + last.length()) {
        islands.set(islands.size() - 1, new Island(last.offset(), to - last.offset()));
      } else if (to > from) {
        islands.add(new Island(from, to - from));
      }
    }
    return size - data > MAX_HOLES ? islands : null;
  }

  @Override
  public ReadableByteChannel openIsland(Island island) {
    return new Content(island.offset(), island.offset() + island.length());
  }

  @Override
  public String toString() {
    return label;
  }

  /** A part of the file. */
  private final class Content implements ReadableByteChannel {
    private final long end;
    private long position;
    private int next;

    Content(long start, long end) {
      this.position = start;
      this.end = end;
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
      if (position == end) {
        return -1;
      }
      int limit = to.limit();
      to.limit(to.position() + (int) Math.min(to.remaining(), end - position));
      try {
        int count = fill(to);
        position += count;
        return count;
      } finally {
        to.limit(limit);
      }
    }

    private int fill(ByteBuffer to) throws IOException {
      while (next < extents.size() && endOf(extents.get(next)) <= position) {
        next++;
      }
      FileData.Extent extent = next < extents.size() ? extents.get(next) : null;
      if (extent != null && extent.fileOffset() <= position) {
        long into = position - extent.fileOffset();
        long most = Math.min(to.remaining(), extent.length() - into);
        return bytes.read(to.limit(to.position() + (int) most), extent.deviceOffset() + into);
      }
      long hole = (extent == null ? end : Math.min(end, extent.fileOffset())) - position;
      int count = (int) Math.min(to.remaining(), hole);
      for (int i = 0; i < count; i++) {
        to.put((byte) 0);
      }
      return count;
    }

    private static long endOf(FileData.Extent extent) {
      return extent.fileOffset() + extent.length();
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {
      // the archive stays open for its other files
    }
  }
}
