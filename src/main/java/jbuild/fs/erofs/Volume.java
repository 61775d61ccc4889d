package jbuild.fs.erofs;

import java.io.IOException;
import java.util.List;
import jbuild.io.BlockCache;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;
import jbuild.io.CorruptInputException;
import org.jspecify.annotations.Nullable;

/** What the inodes of an opened image have in common. Safe for use by several threads. */
final class Volume {
  private final String label;
  private final VolumeSuperblock superblock;
  private final ByteSource metadata;
  private final Devices devices;
  private final PclusterDecoder decoder;
  private final @Nullable FileContent packed;
  private final XattrPrefixes xattrPrefixes;

  Volume(String label, ByteSource image, List<ByteSource> others, BlockCache cache)
      throws IOException {
    this.label = label;
    this.superblock = VolumeSuperblock.read(label, image);
    this.metadata = new CachedSource(image);
    this.devices = Devices.of(label, superblock, metadata, image, others);
    this.decoder = new PclusterDecoder(label, superblock, devices, cache);
    this.packed = superblock.packedNid() == 0 ? null : readPacked(superblock.packedNid());
    this.xattrPrefixes = readPrefixes();
  }

  /** Fragments in the packed inode would be an inode inside itself: its map refuses them. */
  private FileContent readPacked(long nid) throws IOException {
    StoredInode inode = inode(nid);
    return FileContent.of(this, inode, Devices.PRIMARY);
  }

  private XattrPrefixes readPrefixes() throws IOException {
    int count = superblock.prefixCount();
    if (count == 0) {
      return XattrPrefixes.NONE;
    }
    ByteSource source = packed == null || superblock.prefixesApart() ? metadata : packed;
    return XattrPrefixes.read(
        label + ": prefixes of extended attributes", source, superblock.prefixPosition(), count);
  }

  String label() {
    return label;
  }

  VolumeSuperblock superblock() {
    return superblock;
  }

  /** The image by way of a cache of its pages, for small structures. */
  ByteSource metadata() {
    return metadata;
  }

  Devices devices() {
    return devices;
  }

  PclusterDecoder decoder() {
    return decoder;
  }

  /** The data that the ends of files share, null when there is none. */
  @Nullable FileContent packed() {
    return packed;
  }

  XattrPrefixes xattrPrefixes() {
    return xattrPrefixes;
  }

  int blockBytes() {
    return 1 << superblock.blockBits();
  }

  /** Where a block of up to 48 bits begins; negative when that is more than a long can hold. */
  long blockPosition(long block) {
    int bits = superblock.blockBits();
    return block > Long.MAX_VALUE >> bits ? -1 : block << bits;
  }

  StoredInode inode(long nid) throws IOException {
    long size = metadata.size();
    if (nid < 0 || nid > size / ImageLayout.NID_BYTES) {
      throw new CorruptInputException(
          label + ": inode", Superblock.POSITION, "no inode has the number " + nid);
    }
    long position = superblock.metaPosition() + nid * ImageLayout.NID_BYTES;
    long length = Math.min(InodeLayout.BYTES, Math.max(StoredInode.COMPACT_BYTES, size - position));
    return StoredInode.read(
        nid, structure("inode", position, (int) length), superblock.epoch(), superblock.nanos());
  }

  /** Reads a structure of the metadata. */
  ByteReader structure(String name, long position, int length) throws IOException {
    return ByteReader.of(label + ": " + name, metadata, position, length);
  }

  CorruptInputException corrupt(String structure, long position, String what) {
    return new CorruptInputException(label + ": " + structure, position, what);
  }
}
