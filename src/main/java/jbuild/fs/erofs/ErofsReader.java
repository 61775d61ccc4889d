package jbuild.fs.erofs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import jbuild.fs.FilesystemFormat;
import jbuild.fs.FilesystemReader;
import jbuild.fs.Inode;
import jbuild.io.BlockCache;
import jbuild.io.ByteSource;
import jbuild.io.FileType;

/**
 * Reads EROFS images of any kind, compressed ones included; for those that {@link ErofsWriter}
 * wrote there is {@link ErofsImage}. Not supported are images whose inodes are in a metabox.
 */
public final class ErofsReader implements FilesystemReader {
  private final Volume volume;

  private ErofsReader(Volume volume) {
    this.volume = volume;
  }

  /** Whether {@code image} begins as EROFS images do. */
  public static boolean matches(ByteSource image) throws IOException {
    if (image.size() < Superblock.POSITION + Superblock.BYTES) {
      return false;
    }
    ByteBuffer magic = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    image.read(Superblock.POSITION, magic);
    return magic.getInt(0) == Superblock.MAGIC;
  }

  /** Opens an image that is on one device. */
  public static ErofsReader open(String label, ByteSource image, BlockCache cache)
      throws IOException {
    return open(label, image, List.of(), cache);
  }

  /**
   * Opens an image.
   *
   * @param label names the image in errors
   * @param devices those that its device table lists, in that order; may be empty when they were
   *     all appended to {@code image}
   */
  public static ErofsReader open(
      String label, ByteSource image, List<ByteSource> devices, BlockCache cache)
      throws IOException {
    return new ErofsReader(new Volume(label, image, devices, cache));
  }

  @Override
  public FilesystemFormat format() {
    return FilesystemFormat.EROFS;
  }

  @Override
  public String volumeLabel() {
    return volume.superblock().volumeName();
  }

  @Override
  public Inode root() throws IOException {
    StoredInode root = volume.inode(volume.superblock().rootNid());
    if (root.fileType() != FileType.DIRECTORY) {
      throw volume.corrupt("inode", root.position(), "the root is a " + root.fileType());
    }
    return new VolumeInode(volume, root);
  }
}
