package jbuild.fs.erofs;

import static jbuild.fs.erofs.ErofsWriter.BLOCK;

import java.io.IOException;
import jbuild.io.FileType;

/**
 * The place of everything in an image: superblock and device slots, then all inodes in
 * breadth-first order, so that those of one directory are neighbours, then the data that is too
 * long to stand behind its inode.
 */
final class ImageLayout {
  /** An inode's number is its position in units of this many bytes. */
  static final int NID_BYTES = 32;

  private static final int MAX_ROOT_NID = 0xffff;

  private final InodeTable inodes = new InodeTable();
  private long imageBytes;

  private ImageLayout() {}

  static ImageLayout of(ErofsInode root, int devices) throws IOException {
    ImageLayout layout = new ImageLayout();
    layout.number(root);
    layout.place(devices);
    return layout;
  }

  InodeTable inodes() {
    return inodes;
  }

  /** Where an inode begins. */
  long position(int number) {
    return inodes.nid(number) * NID_BYTES;
  }

  /** The size of the image: a multiple of the block size. */
  long imageBytes() {
    return imageBytes;
  }

  static long align(long position, int unit) {
    return (position + unit - 1) / unit * unit;
  }

  /** Numbers the inodes breadth first and counts their links; the table itself is the queue. */
  private void number(ErofsInode root) throws IOException {
    if (root.type() != FileType.DIRECTORY) {
      throw new IllegalArgumentException("the root is a " + root.type());
    }
    inodes.add(root, 0);
    for (int i = 0; i < inodes.size(); i++) {
      ErofsInode inode = inodes.inode(i);
      if (inode.type() == FileType.DIRECTORY) {
        int directory = i;
        inodes.addLinks(directory, 2);
        inode.forEachChild((name, child) -> numberChild(directory, child));
      }
    }
  }

  private void numberChild(int directory, ErofsInode child) {
    int known = inodes.find(child);
    if (child.type() == FileType.DIRECTORY) {
      if (known >= 0) {
        throw new IllegalArgumentException("a directory has two names");
      }
      inodes.add(child, directory);
      inodes.addLinks(directory, 1);
    } else {
      inodes.addLinks(known >= 0 ? known : inodes.add(child, directory), 1);
    }
  }

  private void place(int devices) throws IOException {
    long end = Superblock.end(devices);
    for (int i = 0; i < inodes.size(); i++) {
      end = placeInode(i, end);
    }
    if (inodes.nid(0) > MAX_ROOT_NID) {
      // root_nid has 16 bits, so the device slots before the root must end below 2 MiB.
      throw new ErofsLimitException("write index: " + devices + " devices are too many");
    }
    end = align(end, BLOCK);
    for (int i = 0; i < inodes.size(); i++) {
      int size = inodes.dataSize(i);
      if (size > 0 && !InodeLayout.isInline(size)) {
        inodes.setDataBlock(i, end / BLOCK);
        end = align(end + size, BLOCK);
      }
    }
    imageBytes = end;
    if (imageBytes / NID_BYTES > 0xffff_ffffL) {
      throw new ErofsLimitException("write index: it would have " + imageBytes + " bytes");
    }
  }

  /** Gives an inode its place at or behind {@code end} and returns where it ends. */
  private long placeInode(int number, long end) throws IOException {
    ErofsInode inode = inodes.inode(number);
    int head = InodeLayout.BYTES + XattrBlock.size(inode.xattrs());
    int tail = 0;
    long position = align(end, NID_BYTES);
    switch (inode.type()) {
      case DIRECTORY -> inodes.setDataSize(number, DirectoryWriter.size(inode));
      case SYMLINK -> inodes.setDataSize(number, targetLength(inode));
      case REGULAR -> {
        int table = ChunkTable.of(inode).bytes();
        tail = table == 0 ? 0 : (int) align(head, ChunkTable.ENTRY_BYTES) - head + table;
      }
      case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, SOCKET -> {} // no data
    }
    if (InodeLayout.isInline(inodes.dataSize(number))) {
      tail = inodes.dataSize(number);
      while ((position + head) % BLOCK + tail > BLOCK) {
        position += NID_BYTES; // the kernel refuses inline data that crosses a block
      }
    }
    inodes.setNid(number, position / NID_BYTES);
    return position + head + tail;
  }

  private static int targetLength(ErofsInode symlink) throws IOException {
    int length = symlink.linkTarget().length();
    if (length == 0 || length > InodeLayout.MAX_TARGET) {
      throw new ErofsLimitException("write index: symbolic link of " + length + " bytes");
    }
    return length;
  }
}
