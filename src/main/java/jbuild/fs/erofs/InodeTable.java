package jbuild.fs.erofs;

import java.util.Arrays;

/**
 * The inodes of a tree, numbered in the order they are written, and what the writer knows about
 * each. Columns of primitives, because a tree may have millions of them.
 *
 * <p>Finds an inode's number by identity, see {@link ErofsInode}: an open hash table of numbers,
 * four bytes a slot, whose keys are the inodes themselves.
 */
final class InodeTable {
  private ErofsInode[] inodes = new ErofsInode[64];
  private int[] nids = new int[64];
  private int[] links = new int[64];
  private int[] parents = new int[64];
  private int[] dataSizes = new int[64];
  private int[] dataBlocks = new int[64];
  private int size;

  /** Numbers plus one, 0 is free; at most half full. */
  private int[] slots = new int[128];

  int size() {
    return size;
  }

  ErofsInode inode(int number) {
    return inodes[number];
  }

  /** The number of {@code inode}, or -1 when it was never added. */
  int find(ErofsInode inode) {
    return slots[slot(inode)] - 1;
  }

  /** Numbers a new inode. */
  int add(ErofsInode inode, int parent) {
    if (size == inodes.length) {
      grow();
    }
    inodes[size] = inode;
    parents[size] = parent;
    slots[slot(inode)] = size + 1;
    return size++;
  }

  /** The position of the inode in units of 32 bytes; unsigned. */
  long nid(int number) {
    return Integer.toUnsignedLong(nids[number]);
  }

  void setNid(int number, long nid) {
    nids[number] = (int) nid;
  }

  int links(int number) {
    return links[number];
  }

  void addLinks(int number, int more) {
    links[number] += more;
  }

  /** Directories: the number of the directory that holds it; the root's is its own. */
  int parent(int number) {
    return parents[number];
  }

  /** Directories and symbolic links: the bytes of their entries or target. */
  int dataSize(int number) {
    return dataSizes[number];
  }

  void setDataSize(int number, int bytes) {
    dataSizes[number] = bytes;
  }

  /** The first block of data that does not fit behind its inode. */
  int dataBlock(int number) {
    return dataBlocks[number];
  }

  void setDataBlock(int number, long block) {
    dataBlocks[number] = (int) block;
  }

  private int slot(ErofsInode inode) {
    int mask = slots.length - 1;
    // The identity hash is random in its low bits already.
    int at = System.identityHashCode(inode) & mask;
    while (slots[at] != 0 && inodes[slots[at] - 1] != inode) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private void grow() {
    int capacity = inodes.length * 2;
    inodes = Arrays.copyOf(inodes, capacity);
    nids = Arrays.copyOf(nids, capacity);
    links = Arrays.copyOf(links, capacity);
    parents = Arrays.copyOf(parents, capacity);
    dataSizes = Arrays.copyOf(dataSizes, capacity);
    dataBlocks = Arrays.copyOf(dataBlocks, capacity);
    slots = new int[capacity * 2];
    for (int i = 0; i < size; i++) {
      slots[slot(inodes[i])] = i + 1;
    }
  }
}
