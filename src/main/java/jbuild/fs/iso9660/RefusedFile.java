package jbuild.fs.iso9660;

import java.io.IOException;
import jbuild.fs.UnsupportedFilesystemException;
import jbuild.io.ByteSource;
import jbuild.io.FileType;

/** A regular file whose content is recorded in a form that is not supported; the rest goes on. */
final class RefusedFile extends IsoInode {
  private final long size;
  private final String why;

  RefusedFile(IsoVolume volume, Stat stat, long size, String why) {
    super(volume, stat);
    this.size = size;
    this.why = why;
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
    throw new UnsupportedFilesystemException(volume().label() + ": " + why);
  }
}
