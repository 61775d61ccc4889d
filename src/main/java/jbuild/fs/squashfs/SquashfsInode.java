package jbuild.fs.squashfs;

import java.io.IOException;
import java.util.SortedMap;
import jbuild.fs.Inode;
import jbuild.io.ByteSource;
import jbuild.io.ByteString;
import jbuild.io.FileType;
import org.jspecify.annotations.Nullable;

/**
 * An inode as it is kept: one object, without what a look into the inode table gives again. The
 * fields are those of {@link InodeHeader} and {@link InodeBody}, which it is made of.
 *
 * @param reference of the inode; unlike the number that the inode itself claims to have, it is
 *     different for different inodes of a damaged image, too
 */
record SquashfsInode(
    SquashfsImage image,
    long reference,
    FileType type,
    boolean extended,
    short permissions,
    int uid,
    int gid,
    int mtime,
    long size,
    long start,
    int offset,
    int fragment,
    int device,
    int xattr)
    implements Inode {

  @Override
  public long number() {
    return reference;
  }

  @Override
  public int mode() {
    return permissions;
  }

  @Override
  public long mtimeSeconds() {
    return Integer.toUnsignedLong(mtime);
  }

  @Override
  public int mtimeNanos() {
    return 0;
  }

  /** The kernel's new_encode_dev (linux/kdev_t.h): 12 bits of major between 8 and 12 of minor. */
  @Override
  public int deviceMajor() {
    return (device >> 8) & 0xfff;
  }

  @Override
  public int deviceMinor() {
    return (device & 0xff) | ((device >>> 12) & 0xfff00);
  }

  @Override
  public SortedMap<ByteString, byte[]> xattrs() throws IOException {
    return image.xattrs(this);
  }

  @Override
  public ByteString linkTarget() throws IOException {
    return type == FileType.SYMLINK ? image.linkTarget(this) : Inode.super.linkTarget();
  }

  @Override
  public void forEachChild(ChildVisitor visitor) throws IOException {
    if (type == FileType.DIRECTORY) {
      image.forEachChild(this, visitor);
    } else {
      Inode.super.forEachChild(visitor);
    }
  }

  @Override
  public @Nullable Inode child(ByteString name) throws IOException {
    return type == FileType.DIRECTORY ? image.child(this, name) : Inode.super.child(name);
  }

  @Override
  public ByteSource content() throws IOException {
    return type == FileType.REGULAR ? image.content(this) : Inode.super.content();
  }

  @Override
  public long position() throws IOException {
    return type == FileType.REGULAR ? image.position(this) : 0;
  }
}
