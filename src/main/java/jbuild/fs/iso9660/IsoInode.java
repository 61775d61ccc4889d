package jbuild.fs.iso9660;

import java.io.IOException;
import java.util.SortedMap;
import jbuild.fs.Inode;
import jbuild.io.ByteString;
import jbuild.io.FileType;

/** What inodes of all types share. */
abstract sealed class IsoInode implements Inode
    permits IsoDirectory, IsoFile, ZisofsFile, RefusedFile, IsoSymlink, IsoSpecialFile {
  private final IsoVolume volume;
  private final Stat stat;

  IsoInode(IsoVolume volume, Stat stat) {
    this.volume = volume;
    this.stat = stat;
  }

  final IsoVolume volume() {
    return volume;
  }

  @Override
  public final long number() {
    return stat.number();
  }

  @Override
  public final int mode() {
    return stat.mode();
  }

  @Override
  public final int uid() {
    return stat.uid();
  }

  @Override
  public final int gid() {
    return stat.gid();
  }

  @Override
  public final long mtimeSeconds() {
    return stat.modified().seconds();
  }

  @Override
  public final int mtimeNanos() {
    return stat.modified().nanos();
  }

  @Override
  public long size() {
    return 0;
  }

  @Override
  public final SortedMap<ByteString, byte[]> xattrs() throws IOException {
    return stat.xattrs() == Stat.NO_XATTRS
        ? NO_XATTRS
        : AttributeList.read(volume, volume.record(stat.xattrs()), type() == FileType.DIRECTORY);
  }
}
