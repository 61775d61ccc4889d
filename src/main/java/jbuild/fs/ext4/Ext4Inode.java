package jbuild.fs.ext4;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SortedMap;
import jbuild.fs.Inode;
import jbuild.io.ByteReader;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import org.jspecify.annotations.Nullable;

/**
 * An inode with what stat(2) tells. A file whose content is one run of blocks, as most are, has
 * that run here and needs no second look at the inode table; all others read their inode again.
 */
final class Ext4Inode implements Inode {
  private static final long UNKNOWN = -1;
  private static final int MAX_TARGET = 4096;

  /** A link's target up to here lies in i_block. */
  private static final int MAX_FAST_TARGET = 59;

  private final Volume volume;
  private final int number;
  private final FileType type;
  private final short mode;
  private final int uid;
  private final int gid;
  private final long mtimeSeconds;
  private final int mtimeNanos;
  private final long size;
  private final boolean mayHaveXattrs;

  /** Devices: major and minor number. */
  private final long device;

  /** Where the content begins, or UNKNOWN. */
  private final long position;

  /** How many blocks the one run has that is the whole content; 0 when it is not that simple. */
  private final long runBlocks;

  private Ext4Inode(Volume volume, InodeRecord inode) throws IOException {
    this.volume = volume;
    this.number = (int) inode.number();
    this.type = inode.type();
    this.mode = (short) inode.mode();
    this.uid = inode.uid();
    this.gid = inode.gid();
    this.mtimeSeconds = inode.mtimeSeconds();
    this.mtimeNanos = inode.mtimeNanos();
    this.size = inode.size();
    this.mayHaveXattrs = Xattrs.mayHave(inode);
    this.device = type.isDevice() ? device(inode) : 0;
    BlockRange range = rangeInInode(volume, inode);
    if (range == null || range.count() == 0) {
      this.position = range == null && type == FileType.REGULAR ? UNKNOWN : inode.position();
      this.runBlocks = 0;
    } else {
      long blocks = ((size - 1) >> volume.blockBits()) + 1;
      this.position = range.target(0) << volume.blockBits();
      this.runBlocks = range.begin(0) == 0 && range.end(0) >= blocks ? range.end(0) : 0;
    }
  }

  /** The inode {@code number} that a name leads to. */
  static Ext4Inode read(Volume volume, long number) throws IOException {
    InodeRecord inode = volume.inodes().read(number);
    if (inode.isAttributeValue()) {
      throw inode.corrupt(volume, "has a name but is the value of an extended attribute");
    }
    return new Ext4Inode(volume, inode);
  }

  /** What i_block alone says of a file's blocks; null when it does not. */
  private static @Nullable BlockRange rangeInInode(Volume volume, InodeRecord inode)
      throws IOException {
    boolean isSimple =
        inode.type() == FileType.REGULAR
            && inode.size() > 0
            && !inode.isEncrypted()
            && !inode.hasInlineData()
            && (!inode.hasExtents() || ExtentNode.root(volume, inode).depth() == 0);
    return isSimple ? BlockMapping.of(volume, inode).rangeAt(0) : null;
  }

  /** i_block[0] in the old form of 8 and 8 bits, or else i_block[1] in the form of 12 and 20. */
  private static long device(InodeRecord inode) {
    long old = inode.block(0);
    if (old != 0) {
      return ((old >>> 8) & 0xff) << Integer.SIZE | (old & 0xff);
    }
    long device = inode.block(1);
    long minor = (device & 0xff) | ((device >>> 12) & 0xfff00);
    return (device >>> 8 & 0xfff) << Integer.SIZE | minor;
  }

  @Override
  public long number() {
    return Integer.toUnsignedLong(number);
  }

  @Override
  public FileType type() {
    return type;
  }

  @Override
  public int mode() {
    return mode;
  }

  @Override
  public int uid() {
    return uid;
  }

  @Override
  public int gid() {
    return gid;
  }

  @Override
  public long mtimeSeconds() {
    return mtimeSeconds;
  }

  @Override
  public int mtimeNanos() {
    return mtimeNanos;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public int deviceMajor() {
    return (int) (device >>> Integer.SIZE);
  }

  @Override
  public int deviceMinor() {
    return (int) device;
  }

  @Override
  public SortedMap<ByteString, byte[]> xattrs() throws IOException {
    return mayHaveXattrs ? Xattrs.read(volume, record()) : NO_XATTRS;
  }

  @Override
  public ByteString linkTarget() throws IOException {
    if (type != FileType.SYMLINK) {
      return Inode.super.linkTarget();
    }
    InodeRecord inode = record();
    requireNotEncrypted(inode);
    if (size < 1 || size > MAX_TARGET) {
      throw inode.corrupt(volume, "link to a target of " + size + " bytes");
    }
    byte[] target = new byte[(int) size];
    if (inode.hasInlineData()) {
      inlineContent(inode).read(0, ByteBuffer.wrap(target));
    } else if (size <= MAX_FAST_TARGET && !inode.hasExtents()) {
      System.arraycopy(inode.block(), 0, target, 0, target.length);
    } else {
      contentOf(inode).read(0, ByteBuffer.wrap(target));
    }
    ByteString text = ByteString.of(target);
    if (text.indexOf('\0') >= 0) {
      throw inode.corrupt(volume, "target with a zero byte");
    }
    return text;
  }

  @Override
  public void forEachChild(ChildVisitor visitor) throws IOException {
    if (type != FileType.DIRECTORY) {
      Inode.super.forEachChild(visitor);
    }
    new Directory(volume, record())
        .forEach(
            (name, child, childType, where) -> visitor.child(name, child(child, childType, where)));
  }

  @Override
  public @Nullable Inode child(ByteString wanted) throws IOException {
    if (type != FileType.DIRECTORY) {
      return Inode.super.child(wanted);
    }
    Inode[] found = new Inode[1];
    new Directory(volume, record())
        .forEach(
            (name, child, childType, where) -> {
              if (name.equals(wanted)) {
                found[0] = child(child, childType, where);
              }
            });
    return found[0];
  }

  private Inode child(long child, @Nullable FileType childType, ByteReader where)
      throws IOException {
    Superblock superblock = volume.superblock();
    boolean reserved = child < superblock.firstInode() && child != Superblock.ROOT_INODE;
    if (reserved || child > superblock.inodes()) {
      throw where.corrupt("entry leads to inode " + child);
    }
    Inode inode = read(volume, child);
    if (childType != null && childType != inode.type()) {
      throw where.corrupt(
          "entry says inode " + child + " is a " + childType + ", it is a " + inode.type());
    }
    return inode;
  }

  @Override
  public ByteSource content() throws IOException {
    if (type != FileType.REGULAR) {
      return Inode.super.content();
    }
    if (size == 0) {
      return ByteSource.of(ByteBuffer.allocate(0));
    }
    if (runBlocks > 0) {
      BlockRange whole =
          BlockRange.of(0, BlockMapping.MAX_BLOCKS, runBlocks, position >> volume.blockBits());
      return new FileContent(volume, number(), block -> whole, size);
    }
    InodeRecord inode = record();
    requireNotEncrypted(inode);
    return inode.hasInlineData() ? inlineContent(inode) : contentOf(inode).requirePlausible(inode);
  }

  @Override
  public long position() throws IOException {
    if (position != UNKNOWN) {
      return position;
    }
    InodeRecord inode = record();
    return size == 0 || inode.isEncrypted() || inode.hasInlineData()
        ? inode.position()
        : contentOf(inode).requirePlausible(inode).firstPosition();
  }

  private InodeRecord record() throws IOException {
    return volume.inodes().read(number());
  }

  private InlineContent inlineContent(InodeRecord inode) throws IOException {
    return new InlineContent(InlineData.read(volume, inode).content(inode), size);
  }

  private FileContent contentOf(InodeRecord inode) {
    return new FileContent(volume, number(), BlockMapping.of(volume, inode), size);
  }

  private void requireNotEncrypted(InodeRecord inode) throws IOException {
    if (inode.isEncrypted()) {
      throw volume.unsupported("inode " + number() + " is encrypted, encrypt is not supported");
    }
  }
}
