package jbuild.fs.erofs;

import java.io.IOException;
import java.util.SortedMap;
import java.util.TreeMap;
import jbuild.fs.Inode;
import jbuild.io.ByteReader;
import jbuild.io.ByteString;

/**
 * The extended attributes of an inode: those behind it ({@link XattrBlock} has the entries' form)
 * and those it shares with others.
 *
 * <pre>
 *  0 u32 h_name_filter   not needed
 *  4 u8  h_shared_count
 *  5     reserved        7 bytes
 * 12 u32 shared          h_shared_count times: where the entry is in the shared area / 4
 *        entries
 * </pre>
 */
final class StoredXattrs {
  private static final int UNIT = 4;

  private StoredXattrs() {}

  static SortedMap<ByteString, byte[]> read(Volume volume, StoredInode inode) throws IOException {
    if (inode.xattrBytes() == 0) {
      return Inode.NO_XATTRS;
    }
    ByteReader block =
        volume.structure("extended attributes", inode.xattrPosition(), inode.xattrBytes());
    block.skip("h_name_filter", 4);
    int shared = block.u8("h_shared_count");
    block.skip("h_reserved2", 7);
    long[] places = new long[shared];
    for (int i = 0; i < shared; i++) {
      places[i] = block.u32("h_shared_xattrs");
    }
    TreeMap<ByteString, byte[]> xattrs = new TreeMap<>();
    while (block.remaining() > 0) {
      XattrBlock.readEntry(block, volume.xattrPrefixes(), xattrs);
    }
    for (long place : places) {
      long position = volume.superblock().xattrPosition() + place * UNIT;
      XattrBlock.readEntry(sharedEntry(volume, position), volume.xattrPrefixes(), xattrs);
    }
    return xattrs;
  }

  private static ByteReader sharedEntry(Volume volume, long position) throws IOException {
    String name = "shared extended attribute";
    ByteReader head = volume.structure(name, position, XattrBlock.ENTRY_BYTES);
    int nameLength = head.u8("e_name_len");
    head.skip("e_name_index", 1);
    int length = XattrBlock.ENTRY_BYTES + nameLength + head.u16("e_value_size");
    return volume.structure(name, position, length);
  }
}
