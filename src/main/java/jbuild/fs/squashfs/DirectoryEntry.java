package jbuild.fs.squashfs;

import java.io.IOException;
import jbuild.io.ByteReader;
import jbuild.io.ByteString;
import jbuild.io.FileType;

/**
 * {@code struct squashfs_dir_entry}, 8 bytes and the name.
 *
 * <pre>
 *  0 u16 offset        of the inode in its block when it is decoded
 *  2 s16 inode_number  less that of the header
 *  4 u16 type          1 to 7, also when the inode is of the extended form
 *  6 u16 size          of the name, less one
 *  8     name
 * </pre>
 *
 * @param reference of the inode
 * @param inodeNumber unsigned
 */
record DirectoryEntry(ByteString name, long reference, int inodeNumber, FileType type) {
  /** Of the fixed part. */
  static final int BYTES = 8;

  /** NAME_MAX; the format has room for one more, but no system call has. */
  private static final int MAX_NAME = 255;

  static DirectoryEntry read(DirectoryHeader header, MetadataCursor cursor) throws IOException {
    ByteReader in = cursor.read(BYTES);
    int offset = in.u16("offset");
    int inodeNumber = header.inodeNumber() + (short) in.u16("inode_number");
    FileType type = InodeHeader.basicType(in, in.u16("type"));
    int length = in.u16("size", 0, MAX_NAME - 1) + 1;
    ByteReader nameReader = cursor.read(length);
    ByteString name = nameReader.string("name", length);
    if (name.indexOf('/') >= 0
        || name.indexOf('\0') >= 0
        || name.equalsAscii(".")
        || name.equalsAscii("..")) {
      throw nameReader.corrupt("not a file name: " + name);
    }
    long reference = MetadataTable.reference(header.startBlock(), offset);
    return new DirectoryEntry(name, reference, inodeNumber, type);
  }

  /** How many bytes of the listing it takes. */
  int bytes() {
    return BYTES + name.length();
  }
}
