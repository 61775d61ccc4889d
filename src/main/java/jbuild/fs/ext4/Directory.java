package jbuild.fs.ext4;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import jbuild.io.ByteReader;
import jbuild.io.ByteString;

/**
 * A directory's entries in the order of its blocks, whether it is a list or a hash tree: the tree's
 * leaves are blocks of the list. Blocks that lie side by side are read together.
 */
final class Directory {
  private static final int MAX_READ = 64 << 10;

  /** Where the entries begin in i_block of an inline directory, behind the parent's number. */
  private static final int INLINE_ENTRIES = 4;

  private final Volume volume;
  private final InodeRecord inode;
  private final DirectoryChecksum checksum;

  Directory(Volume volume, InodeRecord inode) {
    this.volume = volume;
    this.inode = inode;
    this.checksum = new DirectoryChecksum(volume, inode);
  }

  /** Visits all entries; each name is there once. */
  void forEach(DirectoryEntries.Visitor visitor) throws IOException {
    if (inode.isEncrypted()) {
      throw volume.unsupported(
          "inode " + inode.number() + " is an encrypted directory, encrypt is not supported");
    }
    Set<ByteString> names = new HashSet<>();
    DirectoryEntries.Visitor unique =
        (name, number, type, where) -> {
          if (!names.add(name)) {
            throw where.corrupt("the name '" + name + "' is there twice");
          }
          visitor.entry(name, number, type, where);
        };
    if (inode.hasInlineData()) {
      forEachInline(unique);
    } else {
      forEachBlock(unique);
    }
  }

  private void forEachInline(DirectoryEntries.Visitor visitor) throws IOException {
    InlineData data = InlineData.read(volume, inode);
    if (inode.size() != data.block().length + data.rest().length) {
      throw inode.corrupt(
          volume,
          "inline directory of "
              + inode.size()
              + " bytes, "
              + data.rest().length
              + " behind i_block");
    }
    ByteReader first = inode.blockReader(volume).skip("parent", INLINE_ENTRIES);
    new DirectoryEntries(first.slice("inline entries", first.remaining()), volume.features())
        .forEach(visitor);
    String part = volume.name("inode " + inode.number() + ": system.data");
    ByteReader rest = ByteReader.of(part, ByteBuffer.wrap(data.rest()), inode.position());
    new DirectoryEntries(rest, volume.features()).forEach(visitor);
  }

  private void forEachBlock(DirectoryEntries.Visitor visitor) throws IOException {
    long blocks = inode.size() >> volume.blockBits();
    if (blocks << volume.blockBits() != inode.size() || blocks > volume.superblock().blocks()) {
      throw inode.corrupt(volume, "directory of " + inode.size() + " bytes");
    }
    BlockMapping mapping = BlockMapping.of(volume, inode);
    int most = Math.max(1, MAX_READ >> volume.blockBits());
    BlockRange range = BlockRange.hole(0, 0);
    for (long block = 0; block < blocks; ) {
      if (!range.holds(block)) {
        range = mapping.rangeAt(block);
      }
      int run = range.find(block);
      if (run == range.count() || range.begin(run) > block) {
        throw inode.corrupt(volume, "directory with a hole at block " + block);
      }
      int count = (int) Math.min(most, Math.min(blocks, range.end(run)) - block);
      forEach(block, range.target(run) + block - range.begin(run), count, visitor);
      block += count;
    }
  }

  private void forEach(long block, long target, int count, DirectoryEntries.Visitor visitor)
      throws IOException {
    String part = "directory " + inode.number();
    long position = target << volume.blockBits();
    byte[] bytes = volume.bytes(part, position, count << volume.blockBits());
    for (int i = 0; i < count; i++) {
      int from = i << volume.blockBits();
      ByteReader reader =
          ByteReader.of(
              volume.name(part), ByteBuffer.wrap(bytes, from, volume.blockSize()), position + from);
      if (volume.features().metadataChecksums()) {
        checksum.verify(bytes, from, reader, block + i == 0);
      }
      new DirectoryEntries(reader.seek(0), volume.features()).forEach(visitor);
    }
  }
}
