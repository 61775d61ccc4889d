package jbuild.fs.erofs;

import static jbuild.fs.erofs.ErofsWriter.BLOCK;

import java.io.IOException;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import org.jspecify.annotations.Nullable;

/**
 * Packs the entries of a directory into blocks, see {@link DirectoryBlock}. {@code .} and {@code
 * ..} take their places in the order of bytes, which is behind names such as {@code !} and {@code
 * -}.
 */
abstract class DirectoryWriter implements ErofsInode.ChildVisitor {
  private static final ByteString DOT = ByteString.of(".");
  private static final ByteString DOT_DOT = ByteString.of("..");

  private int dots;
  private ByteString last = ByteString.EMPTY;

  /** Takes one entry; {@code inode} is null for {@code .} and {@code ..}. */
  abstract void entry(ByteString name, @Nullable ErofsInode inode) throws IOException;

  /** The bytes that the entries of {@code directory} need. */
  static int size(ErofsInode directory) throws IOException {
    Sizer sizer = new Sizer();
    sizer.take(directory);
    return sizer.size();
  }

  /** Writes the entries of the directory {@code number}. */
  static void write(ImageOutput out, ErofsInode directory, int number, InodeTable inodes)
      throws IOException {
    Packer packer = new Packer(out, number, inodes);
    packer.take(directory);
    packer.flush();
  }

  final void take(ErofsInode directory) throws IOException {
    directory.forEachChild(this);
    dotsBefore(null);
  }

  @Override
  public final void child(ByteString name, ErofsInode inode) throws IOException {
    if (!DirectoryBlock.isName(name) || name.compareTo(last) <= 0) {
      throw new IllegalArgumentException("not a name, or out of order: " + name);
    }
    last = name;
    dotsBefore(name);
    entry(name, inode);
  }

  private void dotsBefore(@Nullable ByteString name) throws IOException {
    if (dots == 0 && (name == null || DOT.compareTo(name) < 0)) {
      dots = 1;
      entry(DOT, null);
    }
    if (dots == 1 && (name == null || DOT_DOT.compareTo(name) < 0)) {
      dots = 2;
      entry(DOT_DOT, null);
    }
  }

  private static final class Sizer extends DirectoryWriter {
    private long fullBlocks;
    private int used;

    @Override
    void entry(ByteString name, @Nullable ErofsInode inode) {
      int need = DirectoryBlock.ENTRY_BYTES + name.length();
      if (used + need > BLOCK) {
        fullBlocks++;
        used = 0;
      }
      used += need;
    }

    int size() throws IOException {
      long size = fullBlocks * BLOCK + used;
      if (size > Integer.MAX_VALUE) {
        throw new ErofsLimitException("write index: directory of " + size + " bytes");
      }
      return (int) size;
    }
  }

  private static final class Packer extends DirectoryWriter {
    private final ImageOutput out;
    private final int number;
    private final InodeTable inodes;
    private final ByteString[] names = new ByteString[DirectoryBlock.MAX_ENTRIES];
    private final long[] nids = new long[DirectoryBlock.MAX_ENTRIES];
    private final FileType[] types = new FileType[DirectoryBlock.MAX_ENTRIES];
    private int count;
    private int used;

    Packer(ImageOutput out, int number, InodeTable inodes) {
      this.out = out;
      this.number = number;
      this.inodes = inodes;
    }

    @Override
    void entry(ByteString name, @Nullable ErofsInode inode) throws IOException {
      int need = DirectoryBlock.ENTRY_BYTES + name.length();
      if (used + need > BLOCK) {
        long end = out.position() + BLOCK;
        flush();
        out.padTo(end);
      }
      names[count] = name;
      types[count] = inode == null ? FileType.DIRECTORY : inode.type();
      nids[count] = inodes.nid(inode == null ? dots(name) : inodes.find(inode));
      count++;
      used += need;
    }

    private int dots(ByteString name) {
      return name.equals(DOT) ? number : inodes.parent(number);
    }

    void flush() throws IOException {
      int nameOffset = count * DirectoryBlock.ENTRY_BYTES;
      for (int i = 0; i < count; i++) {
        DirectoryBlock.writeEntry(out, nids[i], nameOffset, types[i]);
        nameOffset += names[i].length();
      }
      for (int i = 0; i < count; i++) {
        out.bytes(names[i]);
      }
      count = 0;
      used = 0;
    }
  }
}
