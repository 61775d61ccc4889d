package jbuild.fs.iso9660;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jbuild.io.ByteSource;

/** The bytes of several extents, one behind the other. */
final class ExtentSource implements ByteSource {
  private final List<ByteSource> parts;

  /** Where each part begins, and at last where the file ends. */
  private final long[] starts;

  private ExtentSource(List<ByteSource> parts, long[] starts) {
    this.parts = parts;
    this.starts = starts;
  }

  /** All extents must lie in the image. */
  static ByteSource of(IsoVolume volume, List<Extent> extents) throws IOException {
    if (extents.size() == 1) {
      return volume.slice(extents.get(0));
    }
    List<ByteSource> parts = new ArrayList<>(extents.size());
    long[] starts = new long[extents.size() + 1];
    for (Extent extent : extents) {
      // Empty ones have no byte by which they could be found.
      if (extent.length() > 0) {
        parts.add(volume.slice(extent));
        starts[parts.size()] = starts[parts.size() - 1] + extent.length();
      }
    }
    return new ExtentSource(parts, Arrays.copyOf(starts, parts.size() + 1));
  }

  static long length(List<Extent> extents) {
    long length = 0;
    for (Extent extent : extents) {
      length += extent.length();
    }
    return length;
  }

  @Override
  public long size() {
    return starts[parts.size()];
  }

  private int partAt(long offset) {
    int found = Arrays.binarySearch(starts, offset);
    return found >= 0 ? found : -found - 2;
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    if (offset < 0 || offset > size() - target.remaining()) {
      throw new EOFException("read at " + offset + ": the file ends at " + size());
    }
    int end = target.limit();
    long at = offset;
    for (int i = partAt(offset); target.position() < end; i++) {
      int count = (int) Math.min(end - target.position(), starts[i + 1] - at);
      target.limit(target.position() + count);
      parts.get(i).read(at - starts[i], target);
      target.limit(end);
      at += count;
    }
  }

  @Override
  public void willNeed(long offset, long length) {
    if (offset < 0 || offset >= size()) {
      return;
    }
    long end = offset + Math.min(length, size() - offset);
    for (int i = partAt(offset); i < parts.size() && starts[i] < end; i++) {
      long from = Math.max(offset, starts[i]);
      parts.get(i).willNeed(from - starts[i], Math.min(end, starts[i + 1]) - from);
    }
  }

  @Override
  public long nextData(long offset) throws IOException {
    long at = Math.min(offset, size());
    for (int i = partAt(at); i < parts.size(); i++) {
      long found = starts[i] + parts.get(i).nextData(Math.max(0, at - starts[i]));
      if (found < starts[i + 1]) {
        return found;
      }
    }
    return size();
  }

  @Override
  public long nextHole(long offset) throws IOException {
    long at = Math.min(offset, size());
    for (int i = partAt(at); i < parts.size(); i++) {
      long found = starts[i] + parts.get(i).nextHole(Math.max(0, at - starts[i]));
      if (found < starts[i + 1]) {
        return found;
      }
    }
    return size();
  }
}
