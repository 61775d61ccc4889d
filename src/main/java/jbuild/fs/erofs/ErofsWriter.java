package jbuild.fs.erofs;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import jbuild.fs.Segment;
import jbuild.io.ByteString;
import jbuild.io.FileType;

/**
 * Writes a tree as an EROFS image without file contents: files point into devices. The same tree,
 * devices, uuid and name give the same bytes.
 *
 * <p>Two passes over the tree: {@link ImageLayout} gives every inode its place, then everything is
 * written in ascending order through one small buffer. The heap needed is about 32 bytes an inode,
 * whatever the size of the image. Neither pass recurses, so directories may be nested to any depth.
 */
public final class ErofsWriter {
  /** The block size in bytes: that of a tar, so that every file in a tar begins on a block. */
  public static final int BLOCK = 512;

  static final int BLOCK_BITS = 9;

  private final ImageOutput out;
  private final ImageLayout layout;
  private final InodeTable inodes;

  private ErofsWriter(ImageOutput out, ImageLayout layout) {
    this.out = out;
    this.layout = layout;
    this.inodes = layout.inodes();
  }

  /**
   * Writes the image at the channel's position, which must be its start; does not close the
   * channel.
   *
   * @param devices the devices that {@link Segment#device} counts, in the order in which they are
   *     given to mount; at least one
   * @param uuid 16 bytes that name the volume
   * @param volumeName at most 16 ASCII characters
   * @throws ErofsLimitException when the tree has no form as an EROFS image
   */
  public static void write(
      WritableByteChannel channel,
      ErofsInode root,
      List<ErofsDevice> devices,
      byte[] uuid,
      String volumeName)
      throws IOException {
    ImageLayout layout = ImageLayout.of(root, devices.size());
    ImageOutput out = new ImageOutput(channel);
    out.padTo(Superblock.POSITION);
    out.bytes(Superblock.toBytes(layout, devices, uuid, volumeName));
    ErofsWriter writer = new ErofsWriter(out, layout);
    writer.inodes();
    writer.data();
    out.padTo(layout.imageBytes());
    out.flush();
  }

  /**
   * Whether EROFS has a form for an extended attribute of this full name and length of value;
   * others are left out of images.
   */
  public static boolean storesXattr(ByteString name, int valueLength) {
    return XattrBlock.stores(name, valueLength);
  }

  /** Whether EROFS can find the data of this file where its segments say it is. */
  public static boolean canMap(ErofsInode file) {
    return ChunkTable.canMap(file);
  }

  /** The unit, a power of two, in which a file with as much data as this one may have holes. */
  public static long smallestChunk(ErofsInode file) {
    return 1L << ChunkTable.smallestChunkBits(file);
  }

  private void inodes() throws IOException {
    for (int i = 0; i < inodes.size(); i++) {
      ErofsInode inode = inodes.inode(i);
      out.padTo(layout.position(i));
      InodeLayout.write(out, inode, inodes, i);
      XattrBlock.write(out, inode.xattrs());
      switch (inode.type()) {
        case REGULAR -> ChunkTable.of(inode).write(out);
        case DIRECTORY, SYMLINK -> {
          if (InodeLayout.isInline(inodes.dataSize(i))) {
            content(i, inode);
          }
        }
        case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, SOCKET -> {} // no data
      }
    }
  }

  /** The directories and targets that are too long to stand behind their inodes. */
  private void data() throws IOException {
    for (int i = 0; i < inodes.size(); i++) {
      int size = inodes.dataSize(i);
      if (size > 0 && !InodeLayout.isInline(size)) {
        out.padTo((long) inodes.dataBlock(i) * BLOCK);
        content(i, inodes.inode(i));
      }
    }
  }

  private void content(int number, ErofsInode inode) throws IOException {
    if (inode.type() == FileType.SYMLINK) {
      out.bytes(inode.linkTarget());
    } else {
      DirectoryWriter.write(out, inode, number, inodes);
    }
  }
}
