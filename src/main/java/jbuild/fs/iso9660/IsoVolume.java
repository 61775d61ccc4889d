package jbuild.fs.iso9660;

import java.io.IOException;
import jbuild.io.BlockCache;
import jbuild.io.BlockDecoder;
import jbuild.io.BlockDecoders;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;
import jbuild.io.CorruptInputException;

/**
 * What all inodes of an image share: the image and how its directories are to be read. Safe for use
 * by several threads.
 */
final class IsoVolume {
  private final String label;
  private final ByteSource image;
  private final BlockCache cache;
  private final int blockSize;
  private final Naming naming;
  private final int systemUseSkip;
  private final BlockDecoder zlib = BlockDecoders.zlib();
  private final MetadataWindow records;
  private final MetadataWindow continuations;
  private final String entryLabel;

  /**
   * @param blockSize of the logical blocks in which extents are counted
   * @param systemUseSkip how many bytes of each system use area belong to somebody else
   */
  IsoVolume(
      String label,
      ByteSource image,
      BlockCache cache,
      int blockSize,
      Naming naming,
      int systemUseSkip) {
    this.label = label;
    this.image = image;
    this.cache = cache;
    this.blockSize = blockSize;
    this.naming = naming;
    this.systemUseSkip = systemUseSkip;
    this.records = new MetadataWindow(label + ": directory record", image);
    this.continuations = new MetadataWindow(label + ": continuation area", image);
    this.entryLabel = label + ": system use entry";
  }

  String label() {
    return label;
  }

  /** The label of errors in system use entries. */
  String entryLabel() {
    return entryLabel;
  }

  ByteSource image() {
    return image;
  }

  BlockCache cache() {
    return cache;
  }

  int blockSize() {
    return blockSize;
  }

  Naming naming() {
    return naming;
  }

  int systemUseSkip() {
    return systemUseSkip;
  }

  BlockDecoder zlib() {
    return zlib;
  }

  MetadataWindow continuations() {
    return continuations;
  }

  CorruptInputException corrupt(String structure, long position, String what) {
    return new CorruptInputException(label + ": " + structure, position, what);
  }

  /** Reads again the record that lies at {@code position}. */
  DirectoryRecord record(long position) throws IOException {
    String where = label + ": directory record";
    int length = records.read(position, 1).get() & 0xff;
    return DirectoryRecord.read(
        ByteReader.of(where, records.read(position, length), position), blockSize);
  }

  /** The record of itself that every directory begins with, which says where it ends. */
  DirectoryRecord selfRecord(long directory) throws IOException {
    DirectoryRecord self = record(directory);
    if (!self.isSelf() || !self.isDirectory()) {
      throw corrupt("directory", directory, "does not begin with a record of itself");
    }
    return self;
  }

  /** The bytes of an extent, which may lie behind the end of an image that was cut off. */
  ByteSource slice(Extent extent) throws IOException {
    require("file data", extent.position(), extent.length());
    return image.slice(extent.position(), extent.length());
  }

  void require(String structure, long position, long length) throws IOException {
    long end = image.size();
    if (position > end - length) {
      throw corrupt(
          structure,
          position,
          "needs " + length + " bytes, the image ends at 0x" + Long.toHexString(end));
    }
  }
}
