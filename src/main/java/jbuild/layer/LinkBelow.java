package jbuild.layer;

import jbuild.io.ByteString;
import jbuild.io.FileType;

/**
 * One more name for a file that only a layer below has. {@link Merge} turns it into that file; a
 * layer with such an entry has no meaning alone.
 */
public final class LinkBelow extends Inode {
  private final ByteString target;

  public LinkBelow(Attributes attributes, ByteString target) {
    super(attributes);
    this.target = target;
  }

  /** The path as the archive spells it. */
  public ByteString target() {
    return target;
  }

  @Override
  public long size() {
    throw new IllegalStateException("the file of a link to a layer below is not known: " + target);
  }

  @Override
  public FileType type() {
    return FileType.REGULAR;
  }
}
