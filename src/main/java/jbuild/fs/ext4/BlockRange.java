package jbuild.fs.ext4;

import java.util.Arrays;

/**
 * Where a part of a file's blocks lies: runs of blocks that are adjacent in the file and in the
 * image, in the file's order; between them are holes. Immutable.
 */
final class BlockRange {
  private final long first;
  private final long end;
  private final int count;
  private final long[] runs;

  private BlockRange(Builder from) {
    this.first = from.first;
    this.end = from.end;
    this.count = from.count;
    this.runs = Arrays.copyOf(from.runs, 3 * from.count);
  }

  /** The first block of the file that this says something about. */
  long first() {
    return first;
  }

  /** The first block behind it. */
  long end() {
    return end;
  }

  boolean holds(long block) {
    return block >= first && block < end;
  }

  /** How many runs there are. */
  int count() {
    return count;
  }

  /** The first block of the file in a run. */
  long begin(int run) {
    return runs[3 * run];
  }

  /** The first block of the file behind a run. */
  long end(int run) {
    return runs[3 * run + 1];
  }

  /** Where in the image the run's first block lies. */
  long target(int run) {
    return runs[3 * run + 2];
  }

  /** The first run that does not end at or before {@code block}; may be {@link #count}. */
  int find(long block) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (end(middle) <= block) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** One run and nothing else. */
  static BlockRange of(long first, long end, long length, long target) {
    Builder range = new Builder(first, end);
    if (length > 0) {
      range.add(first, length, target);
    }
    return range.build();
  }

  static BlockRange hole(long first, long end) {
    return new Builder(first, end).build();
  }

  /** Takes runs in the file's order. */
  static final class Builder {
    private final long first;
    private final long end;
    private int count;
    private long[] runs = new long[12];

    Builder(long first, long end) {
      this.first = first;
      this.end = end;
    }

    void add(long begin, long length, long target) {
      int last = 3 * (count - 1);
      if (count > 0 && runs[last + 1] == begin && runs[last + 2] + begin - runs[last] == target) {
        runs[last + 1] += length;
        return;
      }
      if (3 * count == runs.length) {
        runs = Arrays.copyOf(runs, 2 * runs.length);
      }
      runs[3 * count] = begin;
      runs[3 * count + 1] = begin + length;
      runs[3 * count + 2] = target;
      count++;
    }

    BlockRange build() {
      return new BlockRange(this);
    }
  }
}
