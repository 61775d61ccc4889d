package jbuild.linux;

import java.nio.ByteBuffer;
import java.util.List;
import jbuild.io.ByteString;
import jbuild.io.FileType;

/** Directory entries as getdents64(2) packs them. */
final class Dirents {
  /** struct linux_dirent64: {u64 inode; i64 offset; u16 length; u8 type; char name[]}. */
  private static final int LENGTH = 16;

  private static final int TYPE = 18;
  private static final int NAME = 19;

  private Dirents() {}

  static boolean read(Kernel kernel, Fd directory, List<DirEntry> batch) throws ErrnoException {
    Scratch scratch = kernel.scratch();
    ByteBuffer packed = scratch.bulk();
    int length =
        (int)
            kernel.call(
                Syscall.GETDENTS64,
                directory,
                directory.number(),
                scratch.address(packed),
                Scratch.BULK_SIZE);
    byte[] bytes = new byte[length];
    packed.get(0, bytes);
    for (int at = 0; at < length; at += packed.getShort(at + LENGTH) & 0xffff) {
      ByteString name = name(bytes, at + NAME);
      if (!name.equalsAscii(".") && !name.equalsAscii("..")) {
        FileType type = FileType.ofDirent(bytes[at + TYPE]);
        batch.add(new DirEntry(name, type, packed.getLong(at)));
      }
    }
    return length > 0;
  }

  private static ByteString name(byte[] bytes, int from) {
    int to = from;
    while (bytes[to] != 0) {
      to++;
    }
    return ByteString.of(bytes, from, to - from);
  }
}
