package jbuild.fs.squashfs;

import java.io.IOException;
import jbuild.io.ByteReader;

/** The owners and groups of all inodes, 32 bits each, at most 65535; inodes hold indexes in it. */
final class IdTable {
  static final int ENTRY_BYTES = 4;

  private final int[] ids;

  private IdTable(int[] ids) {
    this.ids = ids;
  }

  static IdTable read(LookupTable table) throws IOException {
    int[] ids = new int[(int) table.count()];
    for (int i = 0; i < ids.length; ) {
      ByteReader in = table.entry(i);
      while (i < ids.length && in.remaining() >= ENTRY_BYTES) {
        ids[i++] = in.s32("id");
      }
    }
    return new IdTable(ids);
  }

  /** The id at {@code index}, for the inode that {@code in} reads. */
  int get(ByteReader in, int index) throws IOException {
    if (index >= ids.length) {
      throw in.corrupt("id " + index + " of " + ids.length);
    }
    return ids[index];
  }
}
