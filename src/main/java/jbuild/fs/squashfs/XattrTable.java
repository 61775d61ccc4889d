package jbuild.fs.squashfs;

import java.io.IOException;
import java.util.SortedMap;
import java.util.TreeMap;
import jbuild.fs.Inode;
import jbuild.io.ByteReader;
import jbuild.io.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * The extended attributes of all inodes, each set once however many inodes have it. {@code struct
 * squashfs_xattr_id_table}, 16 bytes, in front of the list of the blocks of the xattr id table:
 *
 * <pre>
 *  0 u64 xattr_table_start   where the attributes are
 *  8 u32 xattr_ids           entries in the id table
 * 12 u32 unused
 * </pre>
 */
final class XattrTable {
  private static final int HEADER_BYTES = 16;

  /**
   * What one inode may have. File systems that hold more than 64 KiB are rare, and the kernel lists
   * no more names than that; but values may be shared, so that a few bytes could ask for gigabytes.
   */
  private static final int MAX_BYTES = 4 << 20;

  private final @Nullable LookupTable ids;
  private final @Nullable MetadataTable attributes;

  private XattrTable(@Nullable LookupTable ids, @Nullable MetadataTable attributes) {
    this.ids = ids;
    this.attributes = attributes;
  }

  static XattrTable read(String imageLabel, BlockStore store, MetadataBlocks blocks, long position)
      throws IOException {
    String label = imageLabel + ": xattr table";
    if (position == Superblock.NO_TABLE) {
      return new XattrTable(null, null);
    }
    ByteReader in = ByteReader.of(label, store.image(), position, HEADER_BYTES);
    long start = in.u64("xattr_table_start", Superblock.BYTES, position);
    long count = in.u32("xattr_ids");
    LookupTable ids =
        new LookupTable(label, store, blocks, position + HEADER_BYTES, count, XattrId.ENTRY_BYTES);
    return new XattrTable(ids, new MetadataTable(label, blocks, start, position));
  }

  /** The attributes of inodes with that number in their field xattr. */
  SortedMap<ByteString, byte[]> get(int number) throws IOException {
    if (number == InodeBody.NO_XATTR || ids == null || attributes == null) {
      return Inode.NO_XATTRS; // numbers mean nothing in an image without the table, as for Linux
    }
    XattrId id = XattrId.read(ids.entry(Integer.toUnsignedLong(number)));
    MetadataCursor cursor = attributes.at(id.reference());
    SortedMap<ByteString, byte[]> xattrs = new TreeMap<>();
    long bytes = 0;
    for (long i = 0; i < id.count(); i++) {
      XattrEntry xattr = XattrEntry.read(attributes, cursor);
      bytes += xattr.name().length() + xattr.value().length;
      if (bytes > MAX_BYTES) {
        throw cursor.corrupt("an inode has more than " + MAX_BYTES + " bytes of attributes");
      }
      if (xattrs.put(xattr.name(), xattr.value()) != null) {
        throw cursor.corrupt("an inode has the attribute " + xattr.name() + " twice");
      }
    }
    return xattrs;
  }
}
