package jbuild.fs.erofs;

import java.io.IOException;
import jbuild.io.ByteReader;
import jbuild.io.ByteString;

/**
 * The blocks of a directory. Names ascend throughout, by their bytes, so that a block can be found
 * by halving; it is also what keeps a name from occurring twice.
 */
final class DirectoryBlocks {
  private final long size;
  private final int blockBytes;
  private final Reading reading;

  /** Reads a part of the directory's data. */
  @FunctionalInterface
  interface Reading {
    ByteReader read(long offset, int length) throws IOException;
  }

  /** Takes an entry: the one at {@code index} of {@code block}. */
  @FunctionalInterface
  interface Visitor {
    void entry(ByteString name, DirectoryBlock block, int index) throws IOException;
  }

  /** The directory of {@code size} bytes, at least 1. */
  DirectoryBlocks(long size, int blockBytes, Reading reading) {
    this.size = size;
    this.blockBytes = blockBytes;
    this.reading = reading;
  }

  /** The block where {@code name} is when it is in the directory. */
  DirectoryBlock find(ByteString name) throws IOException {
    long low = 0;
    long high = count() - 1;
    while (low < high) {
      long middle = (low + high + 1) >>> 1;
      if (block(middle).name(0).compareTo(name) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return block(low);
  }

  /** Visits the entries in order, without {@code .} and {@code ..}. */
  void forEach(Visitor visitor) throws IOException {
    ByteString last = ByteString.EMPTY;
    long count = count();
    for (long i = 0; i < count; i++) {
      DirectoryBlock block = block(i);
      for (int j = 0; j < block.count(); j++) {
        ByteString name = block.name(j);
        if (name.compareTo(last) <= 0) {
          throw block.corrupt(j, "entry out of order: " + name);
        }
        last = name;
        if (!DirectoryBlock.isDots(name)) {
          visitor.entry(name, block, j);
        }
      }
    }
  }

  private long count() {
    return (size - 1) / blockBytes + 1;
  }

  private DirectoryBlock block(long index) throws IOException {
    long offset = index * blockBytes;
    return DirectoryBlock.read(reading.read(offset, (int) Math.min(blockBytes, size - offset)));
  }
}
