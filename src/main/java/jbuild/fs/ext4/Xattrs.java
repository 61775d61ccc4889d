package jbuild.fs.ext4;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SortedMap;
import java.util.TreeMap;
import jbuild.fs.Inode;
import jbuild.io.ByteReader;
import jbuild.io.ByteString;
import jbuild.io.CorruptInputException;

/**
 * The extended attributes of an inode: those behind its fields ({@code struct
 * ext4_xattr_ibody_header}, a magic of 4 bytes), then those of the block i_file_acl ({@code struct
 * ext4_xattr_header}, 32 bytes), both followed by entries; values lie behind the entries or in
 * inodes of their own.
 *
 * <pre>
 *  0 u32 h_magic     0xea020000
 *  4 u32 h_refcount
 *  8 u32 h_blocks    1
 * 12 u32 h_hash
 * 16 u32 h_checksum
 * 20 u32 h_reserved[3]
 * </pre>
 */
final class Xattrs {
  private static final int MAGIC = 0xea020000;
  private static final int BODY_HEADER_BYTES = 4;
  private static final int BLOCK_HEADER_BYTES = 32;
  private static final int CHECKSUM_OFFSET = 16;
  private static final byte[] NO_VALUE = {};

  /** XATTR_SIZE_MAX: getxattr(2) gives no larger ones. */
  private static final int MAX_VALUE = 1 << 16;

  private final Volume volume;
  private final InodeRecord inode;

  private Xattrs(Volume volume, InodeRecord inode) {
    this.volume = volume;
    this.inode = inode;
  }

  /** Takes an entry, and a reader of all that its value can be a part of, at offset 0. */
  @FunctionalInterface
  private interface Visitor {
    void entry(XattrEntry entry, ByteReader values) throws IOException;
  }

  /** Whether there may be any, without a look at a further block. */
  static boolean mayHave(InodeRecord inode) {
    return inode.fileAcl() != 0 || bodyHasEntries(inode);
  }

  /** By full name; a name that is both in the body and in the block has the body's value. */
  static SortedMap<ByteString, byte[]> read(Volume volume, InodeRecord inode) throws IOException {
    Xattrs reader = new Xattrs(volume, inode);
    SortedMap<ByteString, byte[]> xattrs = new TreeMap<>();
    reader.forEach(
        (entry, values) -> {
          if (!entry.isInlineData()) {
            reader.add(entry, values, xattrs);
          }
        });
    return xattrs.isEmpty() ? Inode.NO_XATTRS : xattrs;
  }

  /** What follows i_block of an inode with inline data. */
  static byte[] inlineData(Volume volume, InodeRecord inode) throws IOException {
    byte[][] found = {NO_VALUE};
    Xattrs reader = new Xattrs(volume, inode);
    if (bodyHasEntries(inode)) {
      reader.forEachOfBody(
          (entry, values) -> {
            if (entry.isInlineData()) {
              found[0] = reader.value(entry, values);
            }
          });
    }
    return found[0];
  }

  private void forEach(Visitor visitor) throws IOException {
    if (bodyHasEntries(inode)) {
      forEachOfBody(visitor);
    }
    if (inode.fileAcl() != 0) {
      forEachOfBlock(visitor);
    }
  }

  private static boolean bodyHasEntries(InodeRecord inode) {
    byte[] body = inode.body();
    return body.length > BODY_HEADER_BYTES
        && Integer.reverseBytes(ByteBuffer.wrap(body).getInt()) == MAGIC;
  }

  private void forEachOfBody(Visitor visitor) throws IOException {
    byte[] body = inode.body();
    ByteBuffer rest = ByteBuffer.wrap(body, BODY_HEADER_BYTES, body.length - BODY_HEADER_BYTES);
    long position = inode.position() + inode.bodyOffset() + BODY_HEADER_BYTES;
    String name = volume.name("inode " + inode.number() + ": extended attributes");
    ByteReader values = ByteReader.of(name, rest, position);
    forEachEntry(ByteReader.of(name, rest, position), values, visitor);
  }

  private void forEachOfBlock(Visitor visitor) throws IOException {
    long block = inode.fileAcl();
    String part = "extended attributes of inode " + inode.number();
    if (block < 1 || !volume.hasBlocks(block, 1)) {
      throw inode.corrupt(volume, "i_file_acl is block " + block);
    }
    long position = block << volume.blockBits();
    byte[] bytes = volume.cachedBlock(part, block);
    ByteReader values = ByteReader.of(volume.name(part), ByteBuffer.wrap(bytes), position);
    values.expect(MAGIC, "h_magic");
    values.seek(8).u32("h_blocks", 1, 1);
    if (volume.features().metadataChecksums()) {
      verify(block, bytes, values);
    }
    ByteReader entries = ByteReader.of(volume.name(part), ByteBuffer.wrap(bytes), position);
    forEachEntry(entries.seek(BLOCK_HEADER_BYTES), values, visitor);
  }

  private void verify(long block, byte[] bytes, ByteReader in) throws CorruptInputException {
    int stored = in.seek(CHECKSUM_OFFSET).s32("h_checksum");
    int computed =
        Crc32c.from(volume.superblock().checksumSeed())
            .le64(block)
            .bytes(bytes, 0, CHECKSUM_OFFSET)
            .zeros(4)
            .bytes(bytes, CHECKSUM_OFFSET + 4, bytes.length)
            .value();
    if (stored != computed) {
      throw Checksums.mismatch(in.seek(CHECKSUM_OFFSET), stored, computed);
    }
  }

  private static void forEachEntry(ByteReader entries, ByteReader values, Visitor visitor)
      throws IOException {
    for (XattrEntry entry = XattrEntry.read(entries);
        entry != null;
        entry = XattrEntry.read(entries)) {
      visitor.entry(entry, values);
    }
  }

  private void add(XattrEntry entry, ByteReader values, SortedMap<ByteString, byte[]> xattrs)
      throws IOException {
    ByteString name = entry.name();
    if (name == null) {
      throw inode.corrupt(
          volume,
          "extended attribute '" + entry.suffix() + "' has the prefix number " + entry.prefix());
    }
    byte[] value = value(entry, values);
    if (entry.isAcl()) {
      ByteBuffer stored = ByteBuffer.wrap(value);
      value = PosixAcl.toXattr(ByteReader.of(volume.name(name.toString()), stored, 0));
    }
    xattrs.putIfAbsent(name, value);
  }

  private byte[] value(XattrEntry entry, ByteReader values) throws IOException {
    if (entry.valueSize() > MAX_VALUE) {
      throw values.corrupt("e_value_size is " + entry.valueSize());
    }
    int size = (int) entry.valueSize();
    if (size == 0) {
      return NO_VALUE;
    }
    return entry.valueInode() == 0
        ? values.seek(entry.valueOffset()).bytes("value", size)
        : valueOf(entry.valueInode(), size);
  }

  /** The content of an EA inode, whose i_atime is the content's checksum. */
  private byte[] valueOf(long number, int size) throws IOException {
    InodeRecord holder = volume.inodes().read(number);
    if (!holder.isAttributeValue() || holder.size() != size || holder.hasInlineData()) {
      throw holder.corrupt(volume, "is not a value of " + size + " bytes");
    }
    byte[] value = new byte[size];
    new FileContent(volume, number, BlockMapping.of(volume, holder), size)
        .read(0, ByteBuffer.wrap(value));
    int computed = Crc32c.from(volume.superblock().checksumSeed()).bytes(value, 0, size).value();
    if (computed != holder.atime() && !isOfLustre(holder)) {
      throw holder.corrupt(
          volume,
          "checksum of the value is "
              + Checksums.hex(holder.atime())
              + ", not "
              + Checksums.hex(computed));
    }
    return value;
  }

  /** Lustre's EA inodes have no checksum; they know their owner instead. */
  private boolean isOfLustre(InodeRecord holder) {
    return holder.mtime() == (int) inode.number() && holder.generation() == inode.generation();
  }
}
