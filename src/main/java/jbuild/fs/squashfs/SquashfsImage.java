package jbuild.fs.squashfs;

import java.io.IOException;
import java.util.SortedMap;
import jbuild.fs.Inode.ChildVisitor;
import jbuild.io.BlockCache;
import jbuild.io.BlockDecoder;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import org.jspecify.annotations.Nullable;

/** The tables of an image, and what its inodes find in them. Safe for use by several threads. */
final class SquashfsImage {
  private static final int XATTR_BYTES = 4;

  private final Superblock superblock;
  private final MetadataTable inodes;
  private final MetadataTable directories;
  private final LookupTable fragments;
  private final IdTable ids;
  private final XattrTable xattrs;
  private final DataBlocks data;

  SquashfsImage(String label, ByteSource image, BlockCache cache) throws IOException {
    superblock = Superblock.read(label, image);
    long end = superblock.bytesUsed();
    BlockDecoder decoder = Compressor.decoder(label, superblock, image);
    int largestRead = Math.max(superblock.blockSize(), MetadataBlocks.MAX_STORED);
    BlockStore store = new BlockStore(image, end, decoder, cache, largestRead);
    MetadataBlocks blocks = new MetadataBlocks(label, store);
    long directoryTable = superblock.directoryTable();
    inodes = new MetadataTable(label + ": inode", blocks, superblock.inodeTable(), directoryTable);
    directories = new MetadataTable(label + ": directory", blocks, directoryTable, end);
    fragments =
        new LookupTable(
            label + ": fragment table",
            store,
            blocks,
            superblock.fragmentTable(),
            superblock.fragments(),
            Fragment.ENTRY_BYTES);
    LookupTable idEntries =
        new LookupTable(
            label + ": id table",
            store,
            blocks,
            superblock.idTable(),
            superblock.ids(),
            IdTable.ENTRY_BYTES);
    ids = IdTable.read(idEntries);
    xattrs = XattrTable.read(label, store, blocks, superblock.xattrTable());
    data = new DataBlocks(label, store, superblock.blockSize());
  }

  SquashfsInode root() throws IOException {
    MetadataCursor cursor = inodes.at(superblock.rootInode());
    InodeHeader header = InodeHeader.read(cursor.read(InodeHeader.BYTES));
    SquashfsInode root = readInode(superblock.rootInode(), header, cursor);
    if (root.type() != FileType.DIRECTORY) {
      throw cursor.corrupt("root is a " + root.type());
    }
    return root;
  }

  void forEachChild(SquashfsInode directory, ChildVisitor visitor) throws IOException {
    DirectoryListing listing = listing(directory);
    MetadataCursor cursor = new MetadataCursor(inodes);
    for (DirectoryEntry entry = listing.next(); entry != null; entry = listing.next()) {
      visitor.child(entry.name(), readInode(entry, cursor));
    }
  }

  @Nullable SquashfsInode child(SquashfsInode directory, ByteString name) throws IOException {
    DirectoryListing listing = listing(directory);
    for (DirectoryEntry entry = listing.next(); entry != null; entry = listing.next()) {
      int order = entry.name().compareTo(name);
      if (order >= 0) {
        return order == 0 ? readInode(entry, new MetadataCursor(inodes)) : null;
      }
    }
    return null;
  }

  ByteString linkTarget(SquashfsInode link) throws IOException {
    MetadataCursor cursor = behindBody(link);
    int length = (int) link.size();
    ByteReader in = cursor.read(length);
    ByteString target = in.string("target", length);
    if (target.indexOf('\0') >= 0) {
      throw in.corrupt("target of a symbolic link holds a zero byte");
    }
    return target;
  }

  SortedMap<ByteString, byte[]> xattrs(SquashfsInode inode) throws IOException {
    return xattrs.get(inode.xattr());
  }

  FileContent content(SquashfsInode file) throws IOException {
    MetadataCursor cursor = inodes.at(file.reference());
    int blockSize = superblock.blockSize();
    int tail = (int) (file.size() & (blockSize - 1));
    boolean hasFragment = file.fragment() != InodeBody.NO_FRAGMENT;
    if (hasFragment && (tail == 0 || file.offset() > blockSize - tail)) {
      throw cursor.corrupt("tail of " + tail + " bytes at " + file.offset() + " of a fragment");
    }
    long blocks = blocks(file);
    if (blocks > 0) {
      cursor = behindBody(file);
    }
    return new FileContent(
        data,
        file.size(),
        BlockList.read(inodes, cursor, blockSize, blocks, file.start(), superblock.bytesUsed()),
        hasFragment ? fragment(file) : null,
        file.offset());
  }

  long position(SquashfsInode file) throws IOException {
    if (blocks(file) > 0) {
      return file.start();
    }
    return file.fragment() == InodeBody.NO_FRAGMENT ? 0 : fragment(file).start();
  }

  private long blocks(SquashfsInode file) {
    long whole = file.size() >> superblock.blockLog();
    boolean tailIsBlock =
        file.fragment() == InodeBody.NO_FRAGMENT
            && (file.size() & (superblock.blockSize() - 1)) != 0;
    return tailIsBlock ? whole + 1 : whole;
  }

  private Fragment fragment(SquashfsInode file) throws IOException {
    ByteReader in = fragments.entry(Integer.toUnsignedLong(file.fragment()));
    return Fragment.read(in, superblock.blockSize());
  }

  private DirectoryListing listing(SquashfsInode directory) throws IOException {
    long length = Math.max(0, directory.size() - InodeBody.DOTS);
    if (length == 0) {
      return new DirectoryListing(new MetadataCursor(directories), 0);
    }
    long reference = MetadataTable.reference(directory.start(), directory.offset());
    return new DirectoryListing(directories.at(reference), length);
  }

  private MetadataCursor behindBody(SquashfsInode inode) throws IOException {
    MetadataCursor cursor = inodes.at(inode.reference());
    cursor.skip(InodeHeader.BYTES + InodeBody.bytes(inode.type(), inode.extended()));
    return cursor;
  }

  private SquashfsInode readInode(DirectoryEntry entry, MetadataCursor cursor) throws IOException {
    cursor.seek(entry.reference());
    ByteReader in = cursor.read(InodeHeader.BYTES);
    InodeHeader header = InodeHeader.read(in);
    if (header.type() != entry.type() || header.number() != entry.inodeNumber()) {
      throw in.corrupt(
          "is the "
              + header.type()
              + " "
              + Integer.toUnsignedString(header.number())
              + ", its directory says "
              + entry.type()
              + " "
              + Integer.toUnsignedString(entry.inodeNumber()));
    }
    return readInode(entry.reference(), header, cursor);
  }

  private SquashfsInode readInode(long reference, InodeHeader header, MetadataCursor cursor)
      throws IOException {
    ByteReader in = cursor.read(InodeBody.bytes(header.type(), header.extended()));
    InodeBody body = InodeBody.read(header, in, superblock.bytesUsed());
    int xattr = body.xattr();
    if (header.type() == FileType.SYMLINK && header.extended()) {
      cursor.skip(body.size());
      xattr = cursor.read(XATTR_BYTES).s32("xattr");
    }
    return new SquashfsInode(
        this,
        reference,
        header.type(),
        header.extended(),
        (short) header.mode(),
        ids.get(in, header.uid()),
        ids.get(in, header.gid()),
        header.mtime(),
        body.size(),
        body.start(),
        body.offset(),
        body.fragment(),
        body.device(),
        xattr);
  }
}
