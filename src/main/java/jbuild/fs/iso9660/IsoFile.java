package jbuild.fs.iso9660;

import java.io.IOException;
import java.util.List;
import jbuild.io.ByteSource;
import jbuild.io.FileType;

/** A regular file: one extent, or several that follow one another when it is 4 GiB or larger. */
final class IsoFile extends IsoInode {
  private final List<Extent> extents;
  private final long size;

  IsoFile(IsoVolume volume, Stat stat, List<Extent> extents) {
    super(volume, stat);
    this.extents = extents;
    this.size = ExtentSource.length(extents);
  }

  @Override
  public FileType type() {
    return FileType.REGULAR;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public ByteSource content() throws IOException {
    return ExtentSource.of(volume(), extents);
  }

  @Override
  public long position() {
    return extents.get(0).position();
  }
}
