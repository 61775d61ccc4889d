package jbuild.fs.ext4;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLongArray;
import jbuild.io.CorruptInputException;

/**
 * The inodes of all groups. They are read, and kept for a while, in pieces of up to 64 KiB: who
 * walks a tree wants most of a piece's inodes.
 */
final class InodeTable {
  private static final int PIECE_BYTES = 64 << 10;

  private final Volume volume;
  private final int inodeSize;
  private final long perGroup;

  /** By group: where its inodes begin, in bytes; 0 when that was not looked up yet. */
  private final AtomicLongArray starts;

  InodeTable(Volume volume) throws CorruptInputException {
    Superblock superblock = volume.superblock();
    this.volume = volume;
    this.inodeSize = superblock.inodeSize();
    this.perGroup = superblock.inodesPerGroup();
    if (superblock.groups() > Integer.MAX_VALUE / Long.BYTES) {
      throw new CorruptInputException(
          volume.name("superblock"), Superblock.POSITION, superblock.groups() + " groups");
    }
    this.starts = new AtomicLongArray((int) superblock.groups());
  }

  /** The inode {@code number}, which must be in use. */
  InodeRecord read(long number) throws IOException {
    if (number < 1 || number > volume.superblock().inodes()) {
      throw new CorruptInputException(
          volume.name("inode " + number), 0, "there are " + volume.superblock().inodes());
    }
    int perPiece = PIECE_BYTES / inodeSize;
    long index = (number - 1) % perGroup;
    long first = index - index % perPiece;
    long position = start((int) ((number - 1) / perGroup)) + first * inodeSize;
    int length = (int) Math.min(perPiece, perGroup - first) * inodeSize;
    byte[] piece =
        volume
            .cache()
            .get(this, position, length, () -> volume.bytes("inode table", position, length));
    return InodeRecord.read(volume, number, piece, (int) (index - first) * inodeSize, position);
  }

  private long start(int group) throws IOException {
    long start = starts.get(group);
    if (start == 0) {
      GroupDescriptor descriptor = GroupDescriptor.read(volume, group);
      start = descriptor.inodeTable() << volume.blockBits();
      if (descriptor.isUnused(volume.superblock())) {
        throw new CorruptInputException(
            volume.name("inode table"), start, "no inode of group " + group + " is in use");
      }
      starts.set(group, start);
    }
    return start;
  }
}
