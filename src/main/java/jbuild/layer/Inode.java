package jbuild.layer;

import java.util.SortedMap;
import jbuild.fs.erofs.ErofsInode;
import jbuild.io.ByteString;
import jbuild.io.FileType;

/**
 * A file system object in a {@link LayerTree}. The same instance under several names is a hard
 * link; only a {@link Directory} has exactly one name.
 *
 * <p>{@link Whiteout} and {@link LinkBelow} say something about the layers below and occur in
 * change sets only, never in a merged tree.
 *
 * <p>As {@link ErofsInode} it shows overlayfs' marks where a layer has whiteouts and opaque
 * directories, so that an index of a single layer can be stacked.
 */
public abstract sealed class Inode implements ErofsInode
    permits Directory, RegularFile, Symlink, Special, Whiteout, LinkBelow {
  private Attributes attributes;

  Inode(Attributes attributes) {
    this.attributes = attributes;
  }

  public final Attributes attributes() {
    return attributes;
  }

  public void setAttributes(Attributes newAttributes) {
    attributes = newAttributes;
  }

  /** The type as {@code stat} would tell it; a whiteout is a character device, as in overlayfs. */
  @Override
  public abstract FileType type();

  @Override
  public final int mode() {
    return attributes.mode();
  }

  @Override
  public final int uid() {
    return attributes.uid();
  }

  @Override
  public final int gid() {
    return attributes.gid();
  }

  @Override
  public final long mtimeSeconds() {
    return attributes.mtimeSeconds();
  }

  @Override
  public final int mtimeNanos() {
    return attributes.mtimeNanos();
  }

  /** Those of {@link #attributes()}, and overlayfs' marks. */
  @Override
  public SortedMap<ByteString, byte[]> xattrs() {
    return attributes.xattrs();
  }
}
