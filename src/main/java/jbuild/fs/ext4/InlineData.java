package jbuild.fs.ext4;

import java.io.IOException;
import java.util.Arrays;

/**
 * Content that lies in the inode itself (feature inline_data): the 60 bytes of i_block, then the
 * value of the extended attribute {@code system.data}.
 *
 * @param block i_block
 * @param rest the attribute's value, often empty
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier; never compared
record InlineData(byte[] block, byte[] rest) {
  static InlineData read(Volume volume, InodeRecord inode) throws IOException {
    return new InlineData(inode.block(), Xattrs.inlineData(volume, inode));
  }

  /** As much of the content as there is, at most the inode's size. */
  byte[] content(InodeRecord inode) {
    int size = (int) Math.min(inode.size(), block.length + rest.length);
    byte[] content = Arrays.copyOf(block, size);
    if (size > block.length) {
      System.arraycopy(rest, 0, content, block.length, size - block.length);
    }
    return content;
  }
}
