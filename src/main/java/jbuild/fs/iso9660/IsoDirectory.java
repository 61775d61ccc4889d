package jbuild.fs.iso9660;

import java.io.IOException;
import java.util.List;
import jbuild.io.FileType;

/** A directory. */
final class IsoDirectory extends IsoInode {
  private final Extent extent;
  private final boolean isRoot;

  /**
   * @param isRoot whether the directory that holds the relocated ones may be in it, which is hidden
   */
  IsoDirectory(IsoVolume volume, Stat stat, Extent extent, boolean isRoot) {
    super(volume, stat);
    this.extent = extent;
    this.isRoot = isRoot;
  }

  @Override
  public FileType type() {
    return FileType.DIRECTORY;
  }

  @Override
  public void forEachChild(ChildVisitor visitor) throws IOException {
    // Visited when all is known to be in order: names may depend on one another.
    List<DirectoryListing.Child> children = DirectoryListing.of(volume(), extent, isRoot);
    for (DirectoryListing.Child child : children) {
      visitor.child(child.name(), child.inode());
    }
  }

  @Override
  public long position() {
    return extent.position();
  }
}
