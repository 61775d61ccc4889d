package jbuild.layer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The map of a PAX 1.0 sparse file: decimal lines at the start of the entry's data, the number of
 * islands first, then offset and size of each, padded to a full block.
 */
final class SparseText {
  /** The whole map of a file with these islands. */
  static byte[] format(List<HostFile.Island> islands) {
    StringBuilder text = new StringBuilder().append(islands.size()).append('\n');
    for (HostFile.Island island : islands) {
      text.append(island.offset()).append('\n').append(island.length()).append('\n');
    }
    int blocks = (text.length() + TarHeader.BLOCK - 1) / TarHeader.BLOCK;
    return Arrays.copyOf(
        text.toString().getBytes(StandardCharsets.US_ASCII), blocks * TarHeader.BLOCK);
  }

  private final SparseMap map = new SparseMap();
  private long islands = -1;
  private long seen;
  private long offset = -1;
  private long number;
  private boolean hasDigits;
  private long length;

  /** Takes a block; true when the map is complete. */
  boolean feed(byte[] block) throws TarFieldException {
    length += TarHeader.BLOCK;
    for (int i = 0; i < block.length && seen != islands; i++) {
      char c = (char) (block[i] & 0xff);
      if (c >= '0' && c <= '9') {
        number = number * 10 + (c - '0');
        hasDigits = true;
        if (number > TarReader.MAX_SIZE) {
          throw new TarFieldException("sparse map has too big a number");
        }
      } else if (c == '\n' && hasDigits) {
        line(number);
        number = 0;
        hasDigits = false;
      } else {
        throw new TarFieldException("sparse map is not made of decimal lines");
      }
    }
    return seen == islands;
  }

  private void line(long value) throws TarFieldException {
    if (islands < 0) {
      islands = value;
    } else if (offset < 0) {
      offset = value;
    } else {
      map.add(offset, value);
      offset = -1;
      seen++;
    }
  }

  SparseMap map() {
    return map;
  }

  /** Bytes taken so far, a multiple of the block size. */
  long length() {
    return length;
  }
}
