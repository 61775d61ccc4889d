package jbuild.fs.iso9660;

import java.io.IOException;
import java.util.List;
import jbuild.io.ByteSource;
import jbuild.io.FileType;

/** A regular file whose extents hold zisofs. */
final class ZisofsFile extends IsoInode {
  private final List<Extent> extents;
  private final ZisofsEntry packing;

  ZisofsFile(IsoVolume volume, Stat stat, List<Extent> extents, ZisofsEntry packing) {
    super(volume, stat);
    this.extents = extents;
    this.packing = packing;
  }

  @Override
  public FileType type() {
    return FileType.REGULAR;
  }

  @Override
  public long size() {
    return packing.size();
  }

  @Override
  public ByteSource content() throws IOException {
    return ZisofsSource.of(volume(), ExtentSource.of(volume(), extents), position(), packing);
  }

  @Override
  public long position() {
    return extents.get(0).position();
  }
}
