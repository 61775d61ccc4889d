package jbuild.fs.ext4;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import jbuild.fs.UnsupportedFilesystemException;
import jbuild.io.BlockCache;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;
import jbuild.io.CorruptInputException;

/** An opened image: its bytes, its superblock, and reading by block with every bound checked. */
final class Volume {
  private final String label;
  private final ByteSource source;
  private final BlockCache cache;
  private final Superblock superblock;
  private final InodeTable inodes;

  Volume(String label, ByteSource source, BlockCache cache) throws IOException {
    this.label = label;
    this.source = source;
    this.cache = cache;
    this.superblock = Superblock.read(label, source);
    this.inodes = new InodeTable(this);
  }

  ByteSource source() {
    return source;
  }

  BlockCache cache() {
    return cache;
  }

  Superblock superblock() {
    return superblock;
  }

  Features features() {
    return superblock.features();
  }

  InodeTable inodes() {
    return inodes;
  }

  int blockSize() {
    return superblock.blockSize();
  }

  int blockBits() {
    return superblock.blockBits();
  }

  /** The file system's bytes; the image may be longer. */
  long bytes() {
    return superblock.blocks() << superblock.blockBits();
  }

  /** What errors call a part of this image. */
  String name(String part) {
    return label + ": " + part;
  }

  boolean hasBlocks(long first, long count) {
    return first >= 0 && count >= 0 && first <= superblock.blocks() - count;
  }

  /** A block number in {@code structure} that must lie in the image. */
  void requireBlocks(ByteReader structure, String field, long first, long count)
      throws CorruptInputException {
    if (first < 1 || !hasBlocks(first, count)) {
      throw structure.corrupt(
          field + " is " + first + "+" + count + " of " + superblock.blocks() + " blocks");
    }
  }

  /** Bytes that are read once. */
  byte[] bytes(String part, long position, int length) throws IOException {
    if (position < 0 || position > bytes() - length) {
      throw new CorruptInputException(name(part), position, "lies behind the end");
    }
    byte[] bytes = new byte[length];
    read(part, position, ByteBuffer.wrap(bytes));
    return bytes;
  }

  void read(String part, long position, ByteBuffer target) throws IOException {
    try {
      source.read(position, target);
    } catch (EOFException cut) {
      throw new CorruptInputException(name(part), position, "the image ends here", cut);
    }
  }

  /** A block of metadata that is wanted again and again; must be in the image. */
  byte[] cachedBlock(String part, long block) throws IOException {
    return cache.get(
        this, block, blockSize(), () -> bytes(part, block << blockBits(), blockSize()));
  }

  UnsupportedFilesystemException unsupported(String what) {
    return new UnsupportedFilesystemException(name(what));
  }
}
